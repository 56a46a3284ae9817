"""Tools: whole, streamed, and assembled by the SDK's own helper."""

import json

from openai import pydantic_function_tool
from pydantic import BaseModel

from provider import streams

QUESTION = {"role": "user", "content": "What is the weather in Ulaanbaatar?"}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "enum": ["Ulaanbaatar", "Khovd"]}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
TWO_CALLS = streams(
    {"role": "assistant", "content": None},
    {"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "get_weather", "arguments": ""}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"city":'}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '"Khovd"}'}}]},
    {"tool_calls": [{"index": 1, "id": "b", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"'}}]},
    {"tool_calls": [{"index": 1, "function": {"arguments": 'Ulaanbaatar"}'}}]},
    finish_reason="tool_calls",
)


class get_weather(BaseModel):
    """The weather in a city"""

    city: str


def test_a_tool_is_called_and_its_result_is_heard(client):
    asked = client.chat.completions.create(
        model="demo/chat", messages=[QUESTION], tools=[WEATHER], tool_choice="auto"
    )

    assert asked.choices[0].finish_reason == "tool_calls"
    message = asked.choices[0].message
    [call] = message.tool_calls
    assert call.type == "function"
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"city": "Ulaanbaatar"}

    result = {"role": "tool", "tool_call_id": call.id, "content": "12 below zero"}
    answer = client.chat.completions.create(
        model="demo/chat", messages=[QUESTION, message, result], tools=[WEATHER]
    )

    assert answer.choices[0].finish_reason == "stop"
    assert "12 below zero" in answer.choices[0].message.content


def test_streamed_calls_are_assembled_by_the_sdk(client, providers):
    providers["deepseek"].will(TWO_CALLS)

    with client.chat.completions.stream(
        model="deepseek/deepseek-v4-pro", messages=[QUESTION], tools=[WEATHER]
    ) as stream:
        done = [event for event in stream if event.type == "tool_calls.function.arguments.done"]
        message = stream.get_final_completion().choices[0].message

    assert [event.name for event in done] == ["get_weather", "get_weather"]
    assert [(call.id, call.function.arguments) for call in message.tool_calls] == [
        ("a", '{"city":"Khovd"}'),
        ("b", '{"city":"Ulaanbaatar"}'),
    ]


def test_arguments_are_parsed_into_a_model(client, providers):
    providers["qwen"].will(TWO_CALLS)

    with client.chat.completions.stream(
        model="qwen/qwen3-max", messages=[QUESTION], tools=[pydantic_function_tool(get_weather)]
    ) as stream:
        calls = stream.get_final_completion().choices[0].message.tool_calls

    assert calls[0].function.parsed_arguments == get_weather(city="Khovd")


def test_the_demo_provider_streams_a_call(client):
    with client.chat.completions.stream(
        model="demo/chat", messages=[QUESTION], tools=[WEATHER]
    ) as stream:
        choice = stream.get_final_completion().choices[0]

    assert choice.finish_reason == "tool_calls"
    assert json.loads(choice.message.tool_calls[0].function.arguments) == {"city": "Ulaanbaatar"}
