"""Streams, synchronous and not."""

import asyncio
import time

import pytest
from openai import APIError

from provider import breaks, streams, waits

HELLO = [{"role": "user", "content": "Hello"}]
CUT = breaks(lambda connection: connection.cut())
IN_BAND = breaks(
    lambda connection: (
        connection.event({"error": {"message": "Out of memory.", "code": 500}}),
        connection.end_stream(),
    )
)


def text(chunks) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def test_a_stream_has_the_text_in_many_chunks(client):
    chunks = list(client.chat.completions.create(model="demo/chat", messages=HELLO, stream=True))

    assert len(chunks) > 10
    assert "demo provider" in text(chunks)
    assert [c.choices[0].finish_reason for c in chunks][-1] == "stop"
    assert {chunk.model for chunk in chunks} == {"chat"}
    assert len({chunk.id for chunk in chunks}) == 1


def test_the_first_chunk_comes_long_before_the_last(client):
    stream = client.chat.completions.create(model="demo/chat", messages=HELLO, stream=True)
    arrivals = [time.monotonic() for _ in stream]

    # The demo provider speaks for about a second; what is held back would arrive in one go.
    assert arrivals[-1] - arrivals[0] > 0.5


def test_every_chunk_has_a_choice_unless_usage_is_asked_for(client, providers):
    providers["qwen"].will(streams({"content": "Hi"}))

    chunks = list(
        client.chat.completions.create(model="qwen/qwen3-max", messages=HELLO, stream=True)
    )

    assert text(chunks) == "Hi"
    assert all(chunk.usage is None for chunk in chunks)
    # The gateway itself counts, so it asks the provider for what the client did not want to see.
    assert providers["qwen"].requests[0].json["stream_options"]["include_usage"] is True


def test_usage_comes_last_when_asked_for(client, providers):
    chunks = list(
        client.chat.completions.create(
            model="qwen/qwen3-max",
            messages=HELLO,
            stream=True,
            stream_options={"include_usage": True},
        )
    )

    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 12
    assert all(chunk.usage is None and chunk.choices for chunk in chunks[:-1])


def test_the_headers_of_a_stream_say_who_answered(client, providers):
    raw = client.chat.completions.with_raw_response.create(
        model="deepseek/deepseek-v4-pro", messages=HELLO, stream=True
    )

    assert raw.headers["x-bactrian-provider"] == "deepseek"
    assert raw.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in raw.headers
    assert text(raw.parse()) == "deepseek answers."


def test_async_streams_run_side_by_side(async_client, providers):
    async def one(client, number):
        said = []
        stream = await client.chat.completions.create(
            model="demo/chat",
            messages=[{"role": "user", "content": f"number {number}"}],
            stream=True,
        )
        async for chunk in stream:
            said.append(chunk.choices[0].delta.content or "")
        return "".join(said)

    async def all_of_them():
        async with async_client as client:
            return await asyncio.gather(*(one(client, number) for number in range(40)))

    for number, said in enumerate(asyncio.run(all_of_them())):
        assert f"“number {number}”" in said


@pytest.mark.parametrize("ending", [CUT, IN_BAND], ids=["cut", "in-band error"])
def test_a_stream_that_breaks_raises(client, providers, ending):
    providers["vllm"].will(ending)
    stream = client.chat.completions.create(model="vllm/m", messages=HELLO, stream=True)
    seen = []

    with pytest.raises(APIError) as raised:
        for chunk in stream:
            seen.append(chunk)

    assert text(seen) == "Once upon"
    assert all(chunk.choices[0].finish_reason is None for chunk in seen)
    assert raised.value.type == "server_error"
    assert len(providers["vllm"].requests) == 1


def test_the_demo_stream_that_breaks_raises(client):
    with pytest.raises(APIError, match="before the answer was complete|connection"):
        list(client.chat.completions.create(model="demo/cut", messages=HELLO, stream=True))


def test_an_async_stream_that_breaks_raises(async_client, providers):
    providers["vllm"].will(CUT)

    async def read():
        async with async_client as client:
            stream = await client.chat.completions.create(
                model="vllm/m", messages=HELLO, stream=True
            )
            async for _ in stream:
                pass

    with pytest.raises(APIError):
        asyncio.run(read())


def test_leaving_a_stream_stops_the_provider(client, providers):
    providers["vllm"].will(breaks(lambda connection: connection.wait_until_left()))

    with client.chat.completions.create(model="vllm/m", messages=HELLO, stream=True) as stream:
        next(stream)

    assert providers["vllm"].left.wait(5)


def test_giving_up_stops_the_provider(client, providers):
    providers["vllm"].will(waits)

    with pytest.raises(APIError, match="timed out"):
        client.with_options(timeout=0.3).chat.completions.create(model="vllm/m", messages=HELLO)

    assert providers["vllm"].left.wait(5)
