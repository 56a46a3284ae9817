"""What people write on top of the SDK when one address leads to every model."""

import asyncio
import concurrent.futures

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from gateway import KEY
from provider import fails, says

BY_TASK = {
    "reasoning": "deepseek/deepseek-v4-pro",
    "code": "qwen/qwen3-coder-plus",
    "translation": "qwen/qwen3-max",
    "quick": "deepseek/deepseek-v4-turbo",
    "bulk": "gpt-4.1-mini",
}
MODELS = ["deepseek/deepseek-v4-pro", "qwen/qwen3-max", "openai/gpt-4.1-mini", "demo/chat"]


def route_query(client: OpenAI, text: str, task: str):
    return client.chat.completions.create(
        model=BY_TASK.get(task, BY_TASK["reasoning"]),
        messages=[
            {"role": "system", "content": "You are exact."},
            {"role": "user", "content": text},
        ],
        temperature=0.3 if task == "reasoning" else 0.8,
        max_tokens=256,
    )


@pytest.mark.parametrize(
    ("task", "name", "model"),
    [
        ("reasoning", "deepseek", "deepseek-v4-pro"),
        ("code", "qwen", "qwen3-coder-plus"),
        ("translation", "qwen", "qwen3-max"),
        ("quick", "deepseek", "deepseek-flash"),
        ("bulk", "openai", "gpt-4.1-mini"),
        ("anything else", "deepseek", "deepseek-v4-pro"),
    ],
)
def test_a_task_picks_its_model(client, providers, task, name, model):
    answer = route_query(client, "Why is the sky blue?", task)

    assert answer.choices[0].message.content == f"{name} answers."
    sent = providers[name].requests[0].json
    assert sent["model"] == model
    assert sent["messages"][0] == {"role": "system", "content": "You are exact."}
    assert sent["temperature"] == (0.3 if task == "reasoning" else 0.8)


def test_streams_of_several_models_are_compared_in_threads(client, providers):
    def one(model):
        said = ""
        stream = client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": "A haiku, please."}],
            max_tokens=512,
            stream=True,
        )
        for chunk in stream:
            # Nobody looks whether there is a choice, so there has to be one in every chunk.
            if chunk.choices[0].delta.content:
                said += chunk.choices[0].delta.content
        return said

    with concurrent.futures.ThreadPoolExecutor(len(MODELS)) as threads:
        said = dict(zip(MODELS, threads.map(one, MODELS), strict=True))

    assert said["deepseek/deepseek-v4-pro"] == "deepseek answers."
    assert said["qwen/qwen3-max"] == "qwen answers."
    assert said["openai/gpt-4.1-mini"] == "openai answers."
    assert "haiku" in said["demo/chat"]


def robust_completion(client: OpenAI, models: list[str], text: str):
    """What clients do by hand where no gateway falls back for them."""
    for position, model in enumerate(models):
        try:
            return client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": text}], timeout=10
            )
        except openai.APIError:
            if position == len(models) - 1:
                raise


def test_a_clients_own_fallback_works_too(client, providers):
    providers["openai"].will(fails(500))
    providers["vllm"].will(fails(400))
    providers["qwen"].will(says("The third one answers."))

    answer = robust_completion(client, ["gpt-4.1-mini", "vllm/m", "qwen/qwen3-max"], "Hello")

    assert answer.choices[0].message.content == "The third one answers."
    with pytest.raises(openai.BadRequestError):
        robust_completion(client, ["gpt-4.1-mini", "vllm/m"], "Hello")


def test_models_are_compared_at_once_and_failures_stay_their_own(gateway, providers):
    providers["openai"].will(fails(400, "Not today."))

    async def compare(models):
        async with AsyncOpenAI(base_url=gateway.base_url, api_key=KEY) as client:

            async def one(model):
                answer = await client.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": "What is Camel?"}]
                )
                return answer.choices[0].message.content, answer.usage.total_tokens

            return await asyncio.gather(*(one(m) for m in models), return_exceptions=True)

    deepseek, qwen, refused, demo, unknown = asyncio.run(compare([*MODELS, "no/such"]))

    assert deepseek == ("deepseek answers.", 12)
    assert qwen == ("qwen answers.", 12)
    assert isinstance(refused, openai.BadRequestError)
    assert demo[1] > 12
    assert isinstance(unknown, openai.NotFoundError)
