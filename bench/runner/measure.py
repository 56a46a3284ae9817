"""One target started, checked, warmed up and put through the scenarios once."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

from checks import check, compare
from processes import Process, machine_busy
from scenarios import SCENARIOS, Scenario
from targets import HttpError, Mock, Target, port_taken

BENCH = Path(__file__).resolve().parent.parent
LOAD = str(BENCH / "bin" / "load")
TMP, LOG = BENCH / "tmp", BENCH / "log"


class StartFailed(Exception):
    pass


def start(target: Target, mock: Mock) -> Process:
    if port_taken(target.port):
        raise StartFailed(f"port {target.port} is taken by another process")
    tmp = TMP / target.name
    shutil.rmtree(tmp, ignore_errors=True)
    tmp.mkdir(parents=True)
    try:
        return Process(target.start, LOG / f"{target.name}.log", BENCH, target.environment(mock.url, tmp))
    except OSError as e:
        raise StartFailed(f"{target.start}: {e.strerror}") from e


def login(target: Target, mock: Mock, patience: float) -> Target:
    """The target with the header that its login command prints."""
    end = time.monotonic() + patience
    while not target.is_ready() and time.monotonic() < end:
        time.sleep(0.02)
    environment = target.environment(mock.url, TMP / target.name)
    try:
        done = subprocess.run(target.login, cwd=BENCH, env=environment, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise StartFailed(f"{target.login}: {e}") from e
    if done.returncode != 0:
        raise StartFailed(f"{target.login}: {done.stderr.strip()[-300:]}")
    name, _, value = done.stdout.strip().partition(":")
    return replace(target, headers={**target.headers, name.strip(): value.strip()})


def first_answer(target: Target, process: Process, began: float, patience: float) -> dict:
    """Waits until the target is up, then sends it its very first chat completion.

    Nothing but GETs goes to it before, so that the first POST really is the first.
    """
    result: dict = {}
    while time.perf_counter() - began < patience:
        if not process.running:
            raise StartFailed(f"it ended by itself; see log/{target.name}.log")
        if "ready_s" not in result:
            if not target.is_ready():
                time.sleep(0.02)
                continue
            result["ready_s"] = round(time.perf_counter() - began, 3)
        asked = time.perf_counter()
        result["first_request_attempts"] = result.get("first_request_attempts", 0) + 1
        try:
            with target.post() as reply:
                body = reply.read()
            if reply.status == 200:
                now = time.perf_counter()
                result["first_request_ms"] = round((now - asked) * 1000, 1)
                result["cold_start_s"] = round(now - began, 3)
                return result
            result["refused"] = f"status {reply.status}: {body[:200].decode('utf8', 'replace')}"
        except HttpError as e:
            result["refused"] = f"{type(e).__name__}: {e}"
        time.sleep(0.02)
    why = result.get("refused", "it was never ready")
    raise StartFailed(f"no answer within {patience:.0f} s ({why}); see log/{target.name}.log")


def load(target: Target, flags: list[str], limit: float) -> dict:
    """Runs the load generator and returns what it reports."""
    command = [LOAD, *target.load_flags(TMP / target.name), *flags]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
        return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr.strip()[:300]}
    except (subprocess.TimeoutExpired, ValueError) as e:
        return {"failed": f"{type(e).__name__}: {e}"[:300]}


def prewarm(target: Target, seconds: float) -> None:
    """Half plain requests, half streams, at 64 connections: a JIT needs it, so all get it."""
    for kind in ([], ["-stream"]):
        load(target, ["-c", "64", "-warmup", "0s", "-d", f"{seconds / 2}s", *kind], seconds + 100)


class MemoryPeak:
    """The most memory a process tree used while the block ran, looked at twice a second."""

    def __init__(self, process: Process | None):
        self.process = process
        self.peak: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            for key, value in self.process.memory().items():
                self.peak[key] = max(value, self.peak.get(key, 0))

    def __enter__(self) -> "MemoryPeak":
        if self.process:
            self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        if self.process:
            self._thread.join()


def settle(process: Process | None, mock: Mock) -> bool:
    """Waits until nothing is left over that would fall into the next scenario."""
    mock.wait_idle(15)
    end = time.monotonic() + 10
    while process and process.running:
        before = process.cpu()
        time.sleep(0.5)
        if process.cpu() - before < 0.1:
            return True
        if time.monotonic() > end:
            return False
    return True


def run_scenario(target: Target, scenario: Scenario, process: Process | None, mock: Mock, provider: Process, quick: bool):
    def usage() -> list[float]:
        return [process.cpu() if process else 0.0, provider.cpu(), sum(os.times()[:4]), machine_busy()]

    mock.pace(**scenario.mock)
    before = usage()
    with MemoryPeak(process) as memory:
        result = load(target, scenario.flags(quick), 240)
    cpu, provider_cpu, own_cpu, busy = (b - a for a, b in zip(before, usage()))

    completed = result.get("completed", 0)
    broken = result.get("errors", 0) + result.get("bad_streams", 0)
    if not completed or result.get("failed") or result.get("hung"):
        broken = max(broken, 1)
    result.update(
        broken=broken,
        cpu_s=round(cpu, 2),
        cpu_ms_per_request=round(cpu / completed * 1000, 4) if process and completed else None,
        provider_cpu_s=round(provider_cpu, 2),
        other_cpu_s=round(max(busy - cpu - provider_cpu - own_cpu, 0), 2),
        upstream_at_once=mock.stats()["max_inflight"],
        **memory.peak,
    )
    mock.pace()
    result["settled"] = settle(process, mock)
    return result


def _line(name: str, r: dict) -> str:
    latency, ttft = r.get("latency_ms") or {}, r.get("ttft_ms") or {}
    parts = [f"   {name:12}{r.get('rps', 0):10.1f}/s  p50 {latency.get('p50', 0):9.3f}  p99 {latency.get('p99', 0):9.3f} ms"]
    if ttft:
        parts.append(f"ttft {ttft['p50']:8.3f} / {ttft['p99']:8.3f}")
    if r["cpu_ms_per_request"]:
        parts.append(f"cpu {r['cpu_ms_per_request']:.3f} ms")
    if "pss_mib" in r:
        parts.append(f"{r['pss_mib']:.0f} MiB")
    if r["broken"]:
        parts.append(f"BROKEN {r['broken']} {json.dumps(r.get('failed') or r.get('error_samples'))[:200]}")
    return "  ".join(parts)


def run_target(target: Target, names: list[str], mock: Mock, provider: Process, reference: dict, args) -> dict:
    """One target's part of a round."""
    result: dict = {"target": target.name, "results": {}}
    process = None
    try:
        if target.start:
            began = time.perf_counter()
            process = start(target, mock)
            if target.login:
                target = login(target, mock, args.start_timeout)
            result.update(first_answer(target, process, began, args.start_timeout))
            time.sleep(2)
            result["idle"] = process.memory()
            result["cpu_s_to_start"] = round(process.cpu(), 2)
            print(
                f"   first answer after {result['cold_start_s']:.2f} s, first request {result['first_request_ms']:.0f} ms, "
                f"idle {result['idle']['pss_mib']:.0f} MiB",
                flush=True,
            )
        result["checks"] = compare(check(target, mock), reference)
        if "error" in result["checks"]:
            print(f"   check failed: {result['checks']['error']}", flush=True)
        if args.prewarm:
            prewarm(target, args.prewarm)
            settle(process, mock)
        for name in names:
            outcome = run_scenario(target, SCENARIOS[name], process, mock, provider, args.quick)
            result["results"][name] = outcome
            print(_line(name, outcome), flush=True)
            if process and not process.running:
                raise StartFailed(f"it ended by itself during {name}; see log/{target.name}.log")
        if process:
            result["jvm"] = process.jvm()
    except StartFailed as e:
        result["failed"] = str(e)
        print(f"   {e}", flush=True)
    finally:
        if process:
            process.stop()
    return result
