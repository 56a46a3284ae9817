"""The list of models."""

import asyncio

import pytest
from openai import NotFoundError


def test_the_list_has_what_is_live_and_nothing_else(client):
    models = {model.id: model for model in client.models.list()}

    assert {"demo/chat", "deepseek/deepseek-v4-pro", "qwen/qwen3-max"} <= models.keys()
    assert models["demo/chat"].owned_by == "demo"
    assert models["demo/chat"].object == "model"
    assert models["demo/chat"].created > 0
    assert not [name for name in models if name.startswith(("zhipu/", "ollama/")) or "*" in name]


def test_one_model_is_found_by_an_encoded_slash(client):
    raw = client.models.with_raw_response.retrieve("deepseek/deepseek-v4-pro")

    assert raw.http_request.url.raw_path.endswith(b"/v1/models/deepseek%2Fdeepseek-v4-pro")
    model = raw.parse()
    assert model.id == "deepseek/deepseek-v4-pro"
    assert model.owned_by == "deepseek"
    assert model.context_length == 1_000_000


def test_one_model_is_found_by_a_bare_slash(client):
    model = client.get("/models/deepseek/deepseek-v4-pro", cast_to=dict)

    assert model["id"] == "deepseek/deepseek-v4-pro"


def test_a_bare_name_is_found(client):
    assert client.models.retrieve("gpt-4.1-mini").id == "openai/gpt-4.1-mini"


@pytest.mark.parametrize("name", ["nobody/nothing", "zhipu/glm-5.1", "no such model?"])
def test_a_model_that_is_not_there_is_not_found(client, name):
    with pytest.raises(NotFoundError) as raised:
        client.models.retrieve(name)

    assert raised.value.code == "model_not_found"


def test_the_async_client_lists_too(async_client):
    async def names():
        async with async_client as client:
            return [model.id async for model in client.models.list()]

    assert "demo/chat" in asyncio.run(names())
