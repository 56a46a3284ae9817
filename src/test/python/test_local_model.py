"""examples/local-model as its README has it: a real model, with the gateway in between."""

import os
import re
import subprocess
import sys

import pytest
from openai import OpenAI

from gateway import KEY, ROOT, Gateway

EXAMPLE = ROOT / "examples" / "local-model"
QUESTION = "Why do camels have humps?"
SETTINGS = {
    "messages": [{"role": "user", "content": QUESTION}],
    "temperature": 0,
    "seed": 1,
    "max_tokens": 60,
}


@pytest.fixture(scope="module")
def model_url():
    """The model's own server."""
    process = subprocess.Popen(
        [sys.executable, EXAMPLE / "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        for line in process.stdout:
            if found := re.match(r"Serving smollm2 at (\S+)", line):
                yield found.group(1)
                break
        else:
            pytest.fail("The example's server did not start.")
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def local(model_url, tmp_path_factory):
    """A gateway before it."""
    gateway = Gateway(tmp_path_factory.mktemp("data"), VLLM_BASE_URL=model_url)
    yield gateway
    gateway.close()


@pytest.fixture(scope="module")
def direct(model_url):
    """What the model says without a gateway."""
    with OpenAI(base_url=model_url, api_key="none") as client:
        return client.chat.completions.create(model="smollm2", **SETTINGS)


@pytest.fixture(scope="module")
def client(local):
    with OpenAI(base_url=local.base_url, api_key=KEY, max_retries=0) as client:
        yield client


def test_it_says_the_same_as_without_the_gateway(client, direct):
    answer = client.chat.completions.create(model="vllm/smollm2", **SETTINGS)

    assert len(answer.choices[0].message.content) > 50
    assert answer.choices[0].message.content == direct.choices[0].message.content
    assert answer.choices[0].finish_reason == direct.choices[0].finish_reason
    assert answer.usage.prompt_tokens == direct.usage.prompt_tokens > 0
    assert answer.usage.completion_tokens == direct.usage.completion_tokens > 0
    assert answer.model == "smollm2"


def test_it_streams_the_same_token_by_token(client, direct):
    chunks = list(
        client.chat.completions.create(
            model="vllm/smollm2", **SETTINGS, stream=True, stream_options={"include_usage": True}
        )
    )

    *tokens, last = chunks
    text = "".join(chunk.choices[0].delta.content or "" for chunk in tokens)
    assert text == direct.choices[0].message.content
    assert len(tokens) >= direct.usage.completion_tokens
    assert tokens[-1].choices[0].finish_reason == direct.choices[0].finish_reason
    assert last.usage.completion_tokens == direct.usage.completion_tokens


def test_the_chat_script_prints_it(local, direct):
    port = re.search(r":(\d+)/", local.base_url).group(1)

    printed = subprocess.run(
        [sys.executable, EXAMPLE / "chat", QUESTION],
        env={**os.environ, "BACTRIAN_PORT": port, "BACTRIAN_KEY": KEY},
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    assert printed.startswith(direct.choices[0].message.content)
