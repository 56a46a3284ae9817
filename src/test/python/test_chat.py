"""Whole answers, through the SDK as its users call it."""

from openai import OpenAI

from gateway import KEY
from provider import completion, says

HELLO = [{"role": "user", "content": "Hello"}]


def test_the_demo_provider_answers(client):
    answer = client.chat.completions.create(model="demo/chat", messages=HELLO)

    assert "Hello" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == "chat"
    assert answer.object == "chat.completion"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.usage.completion_tokens > 10
    assert answer._request_id


def test_the_prefix_chooses_the_provider(client, providers):
    for name, model in [
        ("deepseek", "deepseek/deepseek-v4-pro"),
        ("qwen", "qwen/qwen3-max"),
        ("openai", "openai/gpt-4.1-mini"),
        ("vllm", "vllm/whatever/is-there"),
    ]:
        answer = client.chat.completions.create(model=model, messages=HELLO)

        assert answer.choices[0].message.content == f"{name} answers."
        assert answer.model == model.split("/", 1)[1]
        assert providers[name].requests[0].json["model"] == answer.model


def test_a_known_name_needs_no_prefix(client, providers):
    answer = client.chat.completions.create(model="gpt-4.1-mini", messages=HELLO)

    assert answer.choices[0].message.content == "openai answers."
    assert providers["openai"].requests[0].json["model"] == "gpt-4.1-mini"


def test_an_alias_stands_for_its_model(client, providers):
    answer = client.chat.completions.create(model="deepseek/deepseek-v4-turbo", messages=HELLO)

    assert answer.model == "deepseek-flash"
    assert providers["deepseek"].requests[0].json["model"] == "deepseek-flash"


def test_the_provider_gets_its_own_key_and_nothing_of_the_clients(gateway, providers):
    headers = {"Cookie": "session=1", "X-Mine": "1", "CamelHttpUri": "http://127.0.0.1:9/"}
    with OpenAI(base_url=gateway.base_url, api_key=KEY, default_headers=headers) as client:
        client.chat.completions.create(model="qwen/qwen3-max", messages=HELLO)

    sent = providers["qwen"].requests[0]
    assert sent.path == "/qwen/v1/chat/completions"
    assert sent.headers["authorization"] == "Bearer sk-of-qwen-secret"
    assert not {"cookie", "x-mine", "camelhttpuri"} & sent.headers.keys()
    assert not [name for name in sent.headers if name.startswith("x-stainless")]


def test_members_that_are_unknown_reach_the_provider(client, providers):
    extra = {
        "enable_thinking": False,
        "vl": {"high_resolution": True, "ratio": 1.50, "π": ["ü", None]},
    }
    client.chat.completions.create(
        model="vllm/m", messages=HELLO, temperature=0.25, seed=7, extra_body=extra
    )

    sent = providers["vllm"].requests[0]
    assert sent.json == {
        "model": "m",
        "messages": HELLO,
        "temperature": 0.25,
        "seed": 7,
        **extra,
    }


def test_members_that_are_unknown_come_back(client, providers):
    message = {"content": "4", "reasoning_content": "two and two"}
    providers["deepseek"].will(
        lambda connection, request: connection.answer(
            200, {**completion("deepseek-v4-pro", message), "x_trace": "t1"}
        )
    )

    answer = client.chat.completions.create(model="deepseek/deepseek-v4-pro", messages=HELLO)

    assert answer.choices[0].message.reasoning_content == "two and two"
    assert answer.x_trace == "t1"


def test_headers_say_who_answered(client, providers):
    providers["qwen"].will(says("Hello."))

    raw = client.chat.completions.with_raw_response.create(model="qwen/qwen3-max", messages=HELLO)

    assert raw.headers["x-bactrian-provider"] == "qwen"
    assert raw.headers["x-bactrian-model"] == "qwen/qwen3-max"
    assert raw.headers["x-bactrian-attempts"] == "1"
    assert raw.headers["x-request-id"] == raw.parse()._request_id
    assert int(raw.headers["openai-processing-ms"]) >= 0


def test_json_that_was_asked_for_comes(client):
    answer = client.chat.completions.create(
        model="demo/chat", messages=HELLO, response_format={"type": "json_object"}
    )

    assert answer.choices[0].message.content.startswith("{")
