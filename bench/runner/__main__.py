"""Measures targets side by side, in interleaved rounds, against one mock provider."""
from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path

from checks import check
from measure import BENCH, LOG, TMP, run_target
from processes import Process, machine, stop_all
from report import reports
from scenarios import SCENARIOS
from targets import HttpError, Mock, Target, parse_target, port_taken, read_targets

RESULTS = BENCH / "results"


def arguments() -> argparse.Namespace:
    scenarios = "\n".join(f"  {n:12} {s.about}{'' if s.default else ' (not by default)'}" for n, s in SCENARIOS.items())
    p = argparse.ArgumentParser(
        prog="bench/run",
        description=__doc__,
        epilog=f"scenarios:\n{scenarios}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--quick", action="store_true", help="one short round")
    p.add_argument("--rounds", type=int, default=3, help="default 3; figures are medians over them")
    p.add_argument("--targets", help="names out of targets.ini, separated by commas; default those that are not marked")
    p.add_argument("--scenarios", help="names, separated by commas")
    p.add_argument(
        "--add", action="append", default=[], metavar="'NAME | START COMMAND | URL | MODEL | HEADERS'",
        help="another target, started in the bench folder; headers are separated by ;;",
    )
    p.add_argument("--prewarm", type=float, default=40, metavar="SECONDS", help="load before the first scenario, for every target; default 40")
    p.add_argument("--name", default=time.strftime("run-%m%d-%H%M"), help="of the results")
    p.add_argument("--start-timeout", type=float, default=60, help=argparse.SUPPRESS)
    p.add_argument("--report", type=Path, metavar="results/NAME.json", help="only print the tables of an earlier run")
    args = p.parse_args()
    if args.quick:
        args.rounds = 1
    if not 1 <= args.rounds <= 20 or not 0 <= args.prewarm <= 120:
        p.error("1 to 20 rounds, 0 to 120 seconds of prewarming")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", args.name):
        p.error("--name is letters, digits, '.', '_' and '-'")
    return args


def pick(known: dict, names: str, what: str) -> list:
    unknown = [n for n in names.split(",") if n not in known]
    if unknown:
        sys.exit(f"no such {what}: {', '.join(unknown)}; there are {', '.join(known)}")
    return names.split(",")


def choose_targets(args) -> list[Target]:
    try:
        known = read_targets(BENCH / "targets.ini")
        added = [parse_target(text) for text in args.add]
    except (ValueError, TypeError) as e:
        sys.exit(str(e))
    known.update((t.name, t) for t in added)
    names = pick(known, args.targets, "target") if args.targets else [n for n, t in known.items() if t.default]
    return [known[n] for n in names]


def choose_scenarios(args) -> list[str]:
    if args.scenarios:
        names = pick(SCENARIOS, args.scenarios, "scenario")
    else:
        names = [n for n, s in SCENARIOS.items() if s.default]
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for name in [n for n in names if SCENARIOS[n].open_files > files]:
        print(f"{name} left out: it needs {SCENARIOS[name].open_files} open files, the hard limit here is {files}")
        names.remove(name)
    return names


def raise_file_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def only_one():
    """Two runs at once would share the cores and the mock, and both be wrong."""
    lock = (TMP / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("another bench/run is running")
    return lock


def version(target: Target) -> str:
    """Runs the target's version command, which builds what is missing, outside the measurement."""
    print(f"preparing {target.name}: {target.version}", flush=True)
    log = LOG / f"{target.name}-version.log"
    log.unlink(missing_ok=True)
    try:
        process = Process(target.version, log, BENCH, dict(os.environ))
    except OSError as e:
        sys.exit(f"{target.name}: {target.version}: {e.strerror}")
    status = process.wait(1200)
    process.stop()
    lines = log.read_text(errors="replace").strip().splitlines()
    if status != 0:
        sys.exit("\n".join([f"{target.name}: {target.version} failed:", *lines[-20:]]))
    lines = [line for line in lines if line.strip() and not line.startswith("[")]  # a JVM's warnings
    return lines[-1].rpartition("version: ")[2].strip() if lines else "unknown"


def start_mock() -> tuple[Mock, Process]:
    port = 9100  # as in targets.ini
    if port_taken(port):
        sys.exit(f"port {port} (the mock provider) is taken by another process")
    mock = Mock(port)
    process = Process(f"bin/mock -port {port}", LOG / "mock.log", BENCH, dict(os.environ))
    for _ in range(100):
        try:
            mock.pace()
            return mock, process
        except HttpError:
            time.sleep(0.05)
    sys.exit("the mock provider did not start: see log/mock.log")


def save(run: dict) -> str:
    """Writes both files and returns the summary."""
    run["ended"] = time.strftime("%F %T")
    summary, full = reports(run)
    (RESULTS / f"{run['name']}.json").write_text(json.dumps(run, indent=1) + "\n")
    (RESULTS / f"{run['name']}.md").write_text(full)
    return summary


def measure(args) -> None:
    raise_file_limit()
    targets, scenarios = choose_targets(args), choose_scenarios(args)
    busy = [t for t in targets if t.start and port_taken(t.port)]
    if busy:
        sys.exit("\n".join(f"port {t.port} ({t.name}) is taken by another process" for t in busy))
    mock, provider = start_mock()
    direct = Target("direct", f"{mock.url}/v1/chat/completions", "gpt-4o-mini")
    run = {
        "name": args.name,
        "begun": time.strftime("%F %T"),
        "rounds": args.rounds,
        "quick": args.quick,
        "prewarm_s": args.prewarm,
        "machine": machine(),
        "versions": {t.name: version(t) for t in targets if t.version},
        "scenarios": scenarios,
        "runs": [],
    }
    reference = check(direct, mock)
    summary = ""
    for number in range(args.rounds):
        turn = number % len(targets)
        for target in targets[turn:] + targets[:turn]:
            print(f"[{time.strftime('%T')}] round {number + 1} of {args.rounds}: {target.name}", flush=True)
            result = run_target(target, scenarios, mock, provider, reference, args)
            run["runs"].append({"round": number + 1, **result})
            summary = save(run)
            time.sleep(1)
    print(f"\n{summary}\nwritten: bench/results/{args.name}.md and .json")


def main() -> None:
    args = arguments()
    if args.report:
        print(reports(json.loads(args.report.read_text()))[1])
        return
    for folder in (TMP, LOG, RESULTS):
        folder.mkdir(exist_ok=True)
    lock = only_one()
    for sig in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, lambda number, _: sys.exit(f"ended by {signal.Signals(number).name}"))
    try:
        measure(args)
    except KeyboardInterrupt:
        sys.exit("interrupted")
    finally:
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, signal.SIG_IGN)
        stop_all()
        lock.close()


if __name__ == "__main__":
    main()
