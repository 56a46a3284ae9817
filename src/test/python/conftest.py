import pytest
from openai import AsyncOpenAI, OpenAI

from gateway import KEY, Gateway
from provider import Providers


@pytest.fixture(scope="session")
def all_providers():
    providers = Providers("deepseek", "qwen", "openai", "vllm")
    yield providers
    providers.close()


@pytest.fixture
def providers(all_providers):
    """The scripted providers, with nothing of the test before left in them."""
    all_providers.reset()
    return all_providers


@pytest.fixture(scope="session")
def gateway(all_providers, tmp_path_factory):
    gateway = Gateway(
        tmp_path_factory.mktemp("data"),
        **all_providers.settings(),
        BACTRIAN_MAX_BODY="65536",
        BACTRIAN_BACKOFF="2",
        BACTRIAN_MAX_WAIT="500",
        BACTRIAN_BREAKER_WINDOW="1000",
        BACTRIAN_BREAKER_MINIMUM="1000",
    )
    yield gateway
    assert gateway.close() in (0, 143)


@pytest.fixture
def client(gateway):
    with OpenAI(base_url=gateway.base_url, api_key=KEY, max_retries=0, timeout=20) as client:
        yield client


@pytest.fixture
def async_client(gateway):
    """Used inside ``async with``, so that it is closed in the loop that it was opened in."""
    return AsyncOpenAI(base_url=gateway.base_url, api_key=KEY, max_retries=0, timeout=20)
