"""Who answers when the one that was asked does not."""

import openai
import pytest

from provider import fails, says, streams

HELLO = [{"role": "user", "content": "Hello"}]


def ask(client, model, **members):
    return client.chat.completions.with_raw_response.create(
        model=model, messages=HELLO, **members
    )


def test_the_demo_model_that_fails_is_answered_by_its_chain(client):
    raw = ask(client, "demo/unreliable")

    assert raw.headers["x-bactrian-model"] == "demo/chat"
    assert int(raw.headers["x-bactrian-attempts"]) >= 2
    assert raw.parse().model == "chat"


@pytest.mark.parametrize("status", [500, 503, 429, 401, 404])
def test_the_chain_answers_for_a_provider_that_fails(client, providers, status):
    providers["deepseek"].will(fails(status))

    raw = ask(client, "deepseek/deepseek-v4-pro")

    assert raw.headers["x-bactrian-provider"] == "qwen"
    assert raw.headers["x-bactrian-model"] == "qwen/qwen3-max"
    assert raw.headers["x-request-id"]
    assert raw.parse().model == "qwen3-max"
    assert providers["qwen"].requests[0].json["model"] == "qwen3-max"


def test_a_stream_falls_back_before_its_first_word(client, providers):
    providers["deepseek"].will(fails(500))
    providers["qwen"].will(streams({"content": "Here I am."}))

    raw = ask(client, "deepseek/deepseek-v4-pro", stream=True)

    assert raw.headers["x-bactrian-provider"] == "qwen"
    chunks = list(raw.parse())
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Here I am."
    assert {chunk.model for chunk in chunks} == {"qwen3-max"}


def test_a_moment_of_weakness_is_asked_again(client, providers):
    providers["openai"].will(fails(503), says("Better now."))

    raw = ask(client, "openai/gpt-4.1-mini")

    assert raw.headers["x-bactrian-provider"] == "openai"
    assert raw.headers["x-bactrian-attempts"] == "2"
    assert raw.parse().choices[0].message.content == "Better now."


def test_the_request_names_who_comes_next(client, providers):
    providers["vllm"].will(fails(500))
    providers["openai"].will(fails(401))

    raw = ask(client, "vllm/m", extra_body={"models": ["openai/gpt-4.1-mini", "qwen/qwen3-max"]})

    assert raw.headers["x-bactrian-model"] == "qwen/qwen3-max"
    assert raw.headers["x-bactrian-attempts"] == "4"
    assert "models" not in providers["qwen"].requests[0].json


def test_a_clients_mistake_goes_nowhere_else(client, providers):
    providers["vllm"].will(fails(400, "No."))

    with pytest.raises(openai.BadRequestError):
        ask(client, "vllm/m", extra_body={"models": ["qwen/qwen3-max"]})

    assert providers["qwen"].requests == []
