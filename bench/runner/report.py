"""The tables: each figure against its floor, and everything measured."""
from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Callable

from scenarios import SCENARIOS

REFERENCES = ("direct", "nginx")


class Figures:
    """All rounds of a run: one figure of one target is the median over them unless told."""

    def __init__(self, run: dict):
        self.runs: dict[str, list[dict]] = {}
        for r in run["runs"]:
            self.runs.setdefault(r["target"], []).append(r)

    def __call__(self, target: str, path: str, over: Callable = median) -> float | None:
        values = []
        for value in self.runs.get(target, []):
            for key in path.split("/"):
                value = value.get(key) if isinstance(value, dict) else None
            if value is not None:
                values.append(value)
        return over(values) if values else None

    def answered(self, target: str) -> bool:
        return any("checks" in r for r in self.runs[target])

    def complete(self, target: str) -> bool:
        return not any("failed" in r for r in self.runs.get(target, []))

    def broken(self, target: str) -> float:
        return sum(x["broken"] for r in self.runs.get(target, []) for x in r["results"].values())


@dataclass(frozen=True)
class Floor:
    figure: str
    path: str  # of the figure in a target's results
    limit: float
    against: str = ""  # "nginx x": times nginx, "bare x" likewise; "nginx +": above nginx; "direct +": above direct
    unit: str = ""
    digits: int = 0
    over: Callable = median
    at_least: bool = False

    @property
    def scenario(self) -> str | None:
        parts = self.path.split("/")
        return parts[1] if parts[0] == "results" else None

    @property
    def text(self) -> str:
        amount = f"{self.limit:,g} {self.unit}".strip()
        if self.against.endswith(" x"):
            return f"at most {self.limit:g}x {self.against[:-2]}"
        if self.against:
            return f"at most {amount} above {self.against.split()[0]}"
        if self.at_least:
            return f"at least {amount}"
        return f"at most {amount}" if self.limit else "none"

    def show(self, value: float | None) -> str:
        return "–" if value is None else f"{value:,.{self.digits}f} {self.unit}".strip()

    def row(self, figures: Figures, target: str) -> list[str]:
        measured, nginx = figures(target, self.path, self.over), figures("nginx", self.path, self.over)
        base = 0.0
        if self.against:
            base = figures(self.against.split()[0], self.path, self.over)
        cells, judged = [self.show(measured), self.show(nginx)], None
        if measured is not None and base is not None:
            if self.against.endswith(" x"):
                judged = measured / base if base else None
                cells[0] += f" ({judged:.{1 if self.limit >= 2 else 2}f}x)" if judged else ""
            else:
                judged = measured - base
                if self.against:
                    cells[0] += f" ({judged:+,.{self.digits}f})"
                if self.against == "direct +" and nginx is not None:
                    cells[1] += f" ({nginx - base:+,.{self.digits}f})"
        if judged is None:
            verdict = "not measured"
        else:
            verdict = "ok" if (judged >= self.limit if self.at_least else judged <= self.limit) else "MISSED"
        return [self.figure, self.text, *cells, verdict]


def _live(name: str, count: str, ttft: float) -> list[Floor]:
    return [
        Floor(f"{count} live streams: CPU a stream", f"results/{name}/cpu_ms_per_request", 2, "nginx x", "ms", 2),
        Floor(f"{count} live streams: first token, p99", f"results/{name}/ttft_ms/p99", ttft, "nginx +", "ms", 1),
        Floor(f"{count} live streams: broken", f"results/{name}/broken", 0, over=sum),
    ]


FLOORS = [
    Floor("64 connections: CPU a plain request", "results/plain_c64/cpu_ms_per_request", 4, "nginx x", "ms", 3),
    Floor("64 connections: CPU a stream of 50 chunks", "results/stream_c64/cpu_ms_per_request", 4, "nginx x", "ms", 2),
    Floor("1 connection: latency, p50", "results/plain_c1/latency_ms/p50", 0.5, "direct +", "ms", 3),
    Floor("1 connection: latency, p99", "results/plain_c1/latency_ms/p99", 2, "direct +", "ms", 3),
    *_live("live_c200", "200", 20),
    *_live("live_c1000s", "1,000", 150),
    Floor("5,000 live streams: open at once", "results/live_c5000/upstream_at_once", 5000, over=min, at_least=True),
    Floor("5,000 live streams: broken", "results/live_c5000/broken", 0, over=sum),
    Floor("5,000 live streams: memory", "results/live_c5000/pss_mib", 700, unit="MiB", over=max),
    Floor("first request after the start", "first_request_ms", 100, unit="ms"),
    Floor("cold start to the first answer", "cold_start_s", 2.5, unit="s", digits=2),
    Floor("idle memory", "idle/pss_mib", 200, unit="MiB"),
]


# What a part of the gateway costs: a target that has it, beside one that is the same without.
PARTS = {
    "billed": [
        Floor("limits, budgets and ledger: CPU a plain request", "results/plain_c64/cpu_ms_per_request", 1.15, "bare x", "ms", 3)
    ],
    "many": [
        Floor("a million client keys: CPU a plain request", "results/plain_c64/cpu_ms_per_request", 1.1, "few x", "ms", 3),
        Floor("a million client keys: latency, p50", "results/plain_c64/latency_ms/p50", 1.1, "few x", "ms", 2),
        Floor("a million client keys: latency, p99", "results/plain_c64/latency_ms/p99", 1.1, "few x", "ms", 2),
        Floor("a million client keys: memory under load", "results/plain_c64/pss_mib", 1.1, "few x", "MiB"),
        Floor("a million client keys: idle memory", "idle/pss_mib", 1.1, "few x", "MiB"),
    ],
    "told": [
        Floor("telemetry: CPU a plain request", "results/plain_c64/cpu_ms_per_request", 1.1, "untold x", "ms", 3),
        Floor("telemetry: CPU a stream of 50 chunks", "results/stream_c64/cpu_ms_per_request", 1.1, "untold x", "ms", 3),
    ],
}


def table(header: list[str], rows: list[list[str]], left: int = 1) -> str:
    """A Markdown table that reads well in a terminal too; the first columns to the left."""
    widths = [max(len(r[i]) for r in [header, *rows]) for i in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = (c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths)))
        return "| " + " | ".join(padded) + " |"

    rule = (":" + "-" * (w - 1) if i < left else "-" * (w - 1) + ":" for i, w in enumerate(widths))
    return "\n".join([line(header), "| " + " | ".join(rule) + " |", *map(line, rows)])


def floors_table(figures: Figures, target: str, scenarios: list[str]) -> str:
    rows = [floor.row(figures, target) for floor in FLOORS if floor.scenario in (None, *scenarios)]
    for part in PARTS.get(target, []):
        if part.against.split()[0] in figures.runs and part.scenario in (None, *scenarios):
            rows.append(part.row(figures, target))
    broken = figures.broken(target)
    verdict = "MISSED" if broken or not figures.complete(target) else "ok"
    rows.append(["failed requests in all scenarios", "none", f"{broken:,}", f"{figures.broken('nginx'):,}", verdict])
    return table(["figure", "floor", target, "nginx", "ok"], rows, left=2)


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def scenario_table(figures: Figures, name: str, targets: list[str]) -> str:
    rows = []
    at = f"results/{name}"
    nginx = figures("nginx", f"{at}/cpu_ms_per_request")
    for target in targets:
        cpu = figures(target, f"{at}/cpu_ms_per_request")
        rows.append(
            [
                target,
                _number(figures(target, f"{at}/rps"), 0),
                _number(figures(target, f"{at}/latency_ms/p50")),
                _number(figures(target, f"{at}/latency_ms/p99")),
                _number(figures(target, f"{at}/ttft_ms/p50")),
                _number(figures(target, f"{at}/ttft_ms/p99")),
                _number(cpu, 3),
                f"{cpu / nginx:.1f}x" if cpu and nginx else "–",
                _number(figures(target, f"{at}/pss_mib", max), 0),
                _number(figures(target, f"{at}/broken", sum), 0),
            ]
        )
    header = ["target", "a second", "p50 ms", "p99 ms", "TTFT p50", "TTFT p99", "CPU ms each", "vs nginx", "MiB", "broken"]
    return table(header, rows)


def start_table(figures: Figures, targets: list[str]) -> str:
    rows = [
        [
            t,
            _number(figures(t, "cold_start_s")),
            _number(figures(t, "first_request_ms"), 1),
            _number(figures(t, "cpu_s_to_start")),
            _number(figures(t, "idle/pss_mib"), 0),
        ]
        for t in targets
    ]
    return table(["target", "first answer s", "first request ms", "CPU s to start", "idle MiB"], rows)


def checks_table(figures: Figures, targets: list[str]) -> str:
    def yes(value: bool | None) -> str:
        return "–" if value is None else "yes" if value else "NO"

    rows = []
    for target in targets:
        found = next((r["checks"] for r in figures.runs[target] if "checks" in r), {})
        rows.append(
            [
                target,
                yes(found.get("content_kept")),
                yes(found.get("stream_kept")),
                str(found.get("chunks_together", "–")),
                yes(found.get("client_gone_ends_upstream")),
                found.get("error", ""),
            ]
        )
    header = ["target", "reply kept", "stream kept", "chunks together (of 24)", "client gone: upstream ends", "error"]
    return table(header, rows)


def machine_text(run: dict) -> str:
    m = run["machine"]
    jvms = {r["jvm"] for r in run["runs"] if r.get("jvm")} or {m["jvm"] or "none"}
    other = [x["other_cpu_s"] / max(x.get("wall_s", 1), 1) for r in run["runs"] for x in r["results"].values()]
    lines = [
        f"{m['cores']} cores ({m['cpu']}), {m['memory_gib']} GiB, shared by load generator, gateway and mock provider",
        f"kernel {m['kernel']}; JVM {', '.join(sorted(jvms))}",
        *(f"{name}: {version}" for name, version in run["versions"].items()),
        f"{run['begun']} to {run['ended']}, rounds: {run['rounds']}{' (quick)' if run['quick'] else ''}",
    ]
    if other:
        lines.append(f"other processes took {sum(other) / len(other):.2f} cores on average, {max(other):.2f} at most")
    return "\n".join(f"- {line}" for line in lines)


def reports(run: dict) -> tuple[str, str]:
    """The summary for the terminal, and the full report that contains it."""
    figures = Figures(run)
    targets = list(figures.runs)
    summary = [f"# {run['name']}", machine_text(run)]
    summary += [f"{r['target']} FAILED: {r['failed']}" for r in run["runs"] if "failed" in r]
    summary += ["A figure is the median over the rounds; memory and broken requests are the worst and the sum."]
    summary += [floors_table(figures, t, run["scenarios"]) for t in targets if t not in REFERENCES and figures.answered(t)]
    details = ["## Scenarios", "TTFT is the time to the first token; CPU is the target's whole process tree, per request."]
    for name in run["scenarios"]:
        details += [f"**{name}**: {SCENARIOS[name].about}", scenario_table(figures, name, targets)]
    details += ["## Start", start_table(figures, [t for t in targets if t != "direct"])]
    details += ["## What each does to replies", checks_table(figures, targets)]
    full = "\n\n".join(summary + details) + "\n"
    if all(t in REFERENCES for t in targets):
        return full, full
    return "\n\n".join(summary) + "\n", full
