"""What a target does to replies: a fast gateway that garbles or holds back is none."""
from __future__ import annotations

import json
import time

from targets import HttpError, Mock, Target


def _stream(target: Target) -> dict:
    """The text of a stream, when its chunks came, and whether it ended as it should."""
    text, times, done = "", [], False
    with target.post(stream=True) as reply:
        if reply.status != 200:
            raise ValueError(f"status {reply.status}: {reply.read()[:200]!r}")
        for at, data in reply.events():
            if data == "[DONE]":
                done = True
                continue
            for choice in json.loads(data).get("choices", []):
                content = choice.get("delta", {}).get("content")
                if content:
                    text += content
                    times.append(at)
    together = sum(b - a < 0.002 for a, b in zip(times, times[1:]))
    return {"text": text, "chunks": len(times), "done": done, "together": together}


def _upstream_ends(target: Target, mock: Mock) -> bool:
    """Whether the provider's stream ends when the client goes away in the middle."""
    aborted = mock.stats()["aborted"]
    with target.post(stream=True) as reply:
        for count, _ in enumerate(reply.events()):
            if count == 4:
                break
    end = time.monotonic() + 2
    while time.monotonic() < end:
        if mock.stats()["aborted"] > aborted:
            return True
        time.sleep(0.05)
    return False


def check(target: Target, mock: Mock) -> dict:
    found = {}
    try:
        with target.post() as reply:
            found["content"] = json.loads(reply.read())["choices"][0]["message"]["content"]
        mock.pace(chunks=5)
        _stream(target)  # what is loaded at the first stream is not what is looked at
        mock.pace(chunks=25, itl_ms=20, ttft_ms=30)
        found["stream"] = _stream(target)
        mock.pace(chunks=40, itl_ms=100)
        found["upstream_ends"] = _upstream_ends(target, mock)
    except (*HttpError, ValueError, KeyError, IndexError) as e:
        found["error"] = f"{type(e).__name__}: {e}"
    finally:
        mock.pace()
        mock.wait_idle(6)
    return found


def compare(found: dict, reference: dict) -> dict:
    """The verdicts on what check() found, against what the provider itself sent."""
    if "error" in found:
        return {"error": found["error"]}
    stream = found["stream"]
    return {
        "content_kept": found["content"] == reference["content"],
        "stream_kept": stream["text"] == reference["stream"]["text"] and stream["done"],
        "chunks_together": stream["together"],
        "client_gone_ends_upstream": found["upstream_ends"],
    }
