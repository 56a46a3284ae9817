"""The scenarios: how the mock provider answers and how it is asked."""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scenario:
    about: str
    load: tuple[str, ...]  # flags of the load generator
    warmup: float = 1.5  # seconds
    seconds: float = 5.0  # measured
    mock: dict = field(default_factory=dict)
    default: bool = True
    open_files: int = 0  # the limit it needs

    @property
    def streams(self) -> bool:
        return "-stream" in self.load

    def flags(self, quick: bool) -> list[str]:
        seconds = self.seconds / 2 if quick else self.seconds
        return ["-warmup", f"{self.warmup}s", "-d", f"{seconds}s", *self.load]


SCENARIOS = {
    "plain_c1": Scenario("1 connection, the provider answers at once", ("-c", "1"), warmup=1, seconds=4),
    "plain_c64": Scenario("64 connections, the provider answers at once", ("-c", "64")),
    "stream_c1": Scenario(
        "1 connection, streams of 50 chunks without delay", ("-c", "1", "-stream"), warmup=1, seconds=4, default=False
    ),
    "stream_c64": Scenario("64 connections, streams of 50 chunks without delay", ("-c", "64", "-stream")),
    "open_100": Scenario(
        "100 requests a second, answered after 60 ms",
        ("-c", "1000", "-rate", "100"),
        mock={"latency_ms": 60},
        default=False,
    ),
    "open_500": Scenario(
        "500 requests a second, answered after 60 ms",
        ("-c", "1000", "-rate", "500"),
        mock={"latency_ms": 60},
        default=False,
    ),
    "live_c200": Scenario(
        "200 streams at once, first chunk at 50 ms, then one every 10 ms",
        ("-c", "200", "-stream", "-ramp", "500ms"),
        mock={"ttft_ms": 50, "itl_ms": 10},
    ),
    "live_c1000": Scenario(
        "1,000 streams at once, first chunk at 50 ms, then one every 10 ms (more than two cores give)",
        ("-c", "1000", "-stream", "-ramp", "500ms"),
        mock={"ttft_ms": 50, "itl_ms": 10},
        default=False,
        open_files=4_000,
    ),
    "live_c1000s": Scenario(
        "1,000 streams at once, first chunk at 50 ms, then one every 50 ms",
        ("-c", "1000", "-stream", "-ramp", "2500ms"),
        warmup=3,
        seconds=6,
        mock={"ttft_ms": 50, "itl_ms": 50},
        open_files=4_000,
    ),
    # One stream a connection, each longer than the ramp: for a while all 5,000 are open.
    "live_c5000": Scenario(
        "5,000 streams at once, first chunk at 50 ms, then 19 more, one every 500 ms",
        ("-c", "5000", "-n", "1", "-stream", "-expect-chunks", "20", "-ramp", "3s"),
        warmup=0,
        seconds=60,
        mock={"ttft_ms": 50, "itl_ms": 500, "chunks": 20},
        open_files=12_000,
    ),
}
