"""Every error as the exception that the SDK makes of it."""

import openai
import pytest
from openai import OpenAI

from gateway import KEY
from provider import Connection, Request, fails

HELLO = [{"role": "user", "content": "Hello"}]


def ask(client: OpenAI, model: str = "deepseek/deepseek-v4-pro", **members):
    return client.chat.completions.create(model=model, **{"messages": HELLO, **members})


def alone(providers, *replies):
    """Only DeepSeek is asked, since its chain goes on to Qwen, which fails the same way."""
    for name in ("deepseek", "qwen"):
        providers[name].will(*replies)


@pytest.mark.parametrize("key", ["sk-wrong", "wrong", "sk-test-of-the-sdk-and-more"])
def test_a_wrong_key_is_an_authentication_error(gateway, key):
    with OpenAI(base_url=gateway.base_url, api_key=key) as client:
        with pytest.raises(openai.AuthenticationError) as raised:
            ask(client)
        with pytest.raises(openai.AuthenticationError):
            client.models.list()

    assert raised.value.code == "invalid_api_key"
    assert raised.value.type == "invalid_request_error"
    assert raised.value.request_id
    assert key not in str(raised.value)


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "Hello"}, "messages"),
        ({"messages": [{"role": "emperor", "content": "Hello"}]}, None),
        ({"stream": "yes"}, "stream"),
        ({"extra_body": {"models": "qwen/qwen3-max"}}, "models"),
    ],
)
def test_bad_input_is_a_bad_request_error(client, providers, members, param):
    with pytest.raises(openai.BadRequestError) as raised:
        ask(client, **members)

    assert raised.value.type == "invalid_request_error"
    assert param is None or raised.value.param.startswith(param)
    assert providers["deepseek"].requests == []


def test_an_unknown_model_is_a_not_found_error(client):
    with pytest.raises(openai.NotFoundError) as raised:
        ask(client, "deepseek/no-such-model")

    assert raised.value.code == "model_not_found"
    assert raised.value.param == "model"


def test_a_model_without_its_providers_key_is_a_not_found_error_that_says_what_to_set(client):
    with pytest.raises(openai.NotFoundError, match="ollama.*OLLAMA_BASE_URL") as raised:
        ask(client, "ollama/llama3.2")

    assert raised.value.code == "model_not_found"


def test_a_wrong_path_is_a_not_found_error(client):
    with pytest.raises(openai.NotFoundError) as raised:
        client.post("/nothing/here", cast_to=dict, body={})

    assert raised.value.code == "unknown_url"


def test_a_wrong_method_is_a_status_error(client):
    with pytest.raises(openai.APIStatusError) as raised:
        client.get("/chat/completions", cast_to=dict)

    assert raised.value.status_code == 405
    assert raised.value.response.headers["allow"] == "POST"


def test_a_body_over_the_limit_is_a_status_error(client, providers):
    with pytest.raises(openai.APIStatusError) as raised:
        ask(client, messages=[{"role": "user", "content": "x" * 100_000}])

    assert raised.value.status_code == 413
    assert raised.value.code == "request_too_large"
    assert providers["deepseek"].requests == []


def test_a_full_context_is_a_bad_request_error_and_nobody_else_is_asked(client, providers):
    alone(providers, fails(400, "This model's maximum context length is 8 tokens."))

    with pytest.raises(openai.BadRequestError) as raised:
        ask(client)

    assert raised.value.code == "context_length_exceeded"
    assert len(providers["deepseek"].requests) == 1
    assert providers["qwen"].requests == []


def test_what_the_provider_says_of_the_request_is_kept(client, providers):
    alone(providers, fails(400, "Too hot.", param="temperature", code="unsupported_value"))

    with pytest.raises(openai.BadRequestError, match="Too hot") as raised:
        ask(client, temperature=2)

    assert raised.value.param == "temperature"
    assert raised.value.code == "unsupported_value"


@pytest.mark.parametrize(
    ("status", "kind"), [(409, openai.ConflictError), (422, openai.UnprocessableEntityError)]
)
def test_a_refused_request_keeps_its_status(client, providers, status, kind):
    alone(providers, fails(status))

    with pytest.raises(kind) as raised:
        ask(client)

    assert raised.value.status_code == status


def test_a_spent_limit_is_a_rate_limit_error_that_says_when_to_come_back(client, providers):
    alone(providers, fails(429, "Slow down.", {"retry-after": "7"}))

    with pytest.raises(openai.RateLimitError, match="Slow down") as raised:
        ask(client)

    assert raised.value.code == "rate_limit_exceeded"
    assert raised.value.response.headers["retry-after"] == "7"
    assert raised.value.response.headers["retry-after-ms"] == "7000"


@pytest.mark.parametrize(
    ("status", "shown"), [(500, 502), (502, 502), (503, 503), (504, 504), (401, 502), (402, 502)]
)
def test_a_provider_that_fails_is_an_internal_server_error(client, providers, status, shown):
    alone(providers, fails(status, "Incorrect API key provided: sk-of-deepseek-secret"))

    with pytest.raises(openai.InternalServerError) as raised:
        ask(client)

    assert raised.value.status_code == shown
    assert "secret" not in str(raised.value)


def test_a_provider_that_fails_before_its_stream_is_an_internal_server_error(client, providers):
    alone(providers, fails(503))

    with pytest.raises(openai.InternalServerError) as raised:
        ask(client, stream=True)

    assert raised.value.status_code == 503


def hangs_up(connection: Connection, _: Request):
    connection.cut()


def test_a_provider_that_hangs_up_is_an_internal_server_error(client, providers):
    alone(providers, hangs_up)

    with pytest.raises(openai.InternalServerError) as raised:
        ask(client)

    assert raised.value.code == "upstream_error"


def says_html(connection: Connection, _: Request):
    connection.answer(200, "<html>It works!</html>", {"content-type": "text/html"})


def test_an_answer_that_is_none_is_an_internal_server_error(client, providers):
    alone(providers, says_html)

    with pytest.raises(openai.InternalServerError) as raised:
        ask(client)

    assert raised.value.status_code == 502
    assert "<html>" not in str(raised.value)


def test_the_sdk_does_not_repeat_what_the_gateway_has_repeated(gateway, providers):
    providers["vllm"].will(fails(500))

    with OpenAI(base_url=gateway.base_url, api_key=KEY, max_retries=2) as client:
        with pytest.raises(openai.InternalServerError) as raised:
            ask(client, "vllm/m")

    assert raised.value.response.headers["x-should-retry"] == "false"
    assert len(providers["vllm"].requests) == 2


def test_broken_json_is_a_bad_request_error(client):
    with pytest.raises(openai.BadRequestError, match="JSON"):
        client.post(
            "/chat/completions",
            cast_to=dict,
            content=b'{"model": "demo/chat", "messages": [',
            options={"headers": {"Content-Type": "application/json"}},
        )
