"""Processes of this run: starting them, ending them, what they use. Linux only (/proc)."""
from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
STARTED: list["Process"] = []


def _stat(pid: int | str) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


class Process:
    """A child in a session of its own, with everything it starts in turn."""

    def __init__(self, command: str, log: Path, folder: Path, env: dict[str, str]):
        with log.open("ab") as out:
            self._child = subprocess.Popen(
                shlex.split(command),
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.pid = self._child.pid
        self.log = log
        STARTED.append(self)

    @property
    def running(self) -> bool:
        return self._child.poll() is None

    def wait(self, seconds: float) -> int | None:
        """The exit status, or None if it still runs then."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def members(self) -> dict[int, list[str]]:
        """pid to stat fields: the child, its descendants and what else is in its session."""
        stats = {int(p): s for p in os.listdir("/proc") if p.isdigit() and (s := _stat(p))}
        found = {pid for pid, s in stats.items() if pid == self.pid or int(s[3]) == self.pid}
        while True:
            more = {pid for pid, s in stats.items() if int(s[1]) in found} - found
            if not more:
                return {pid: stats[pid] for pid in found if pid in stats}
            found |= more

    def cpu(self) -> float:
        """CPU seconds so far, user and system, of ended children too."""
        return sum(int(x) for s in self.members().values() for x in s[11:15]) / TICKS

    def memory(self) -> dict[str, float]:
        """PSS and RSS in MiB. PSS counts a page shared by n processes 1/n in each."""
        total = {"Pss": 0, "Rss": 0}
        for pid in self.members():
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            for key in total:
                total[key] += int(re.search(rf"^{key}:\s+(\d+)", text, re.M)[1])
        return {"pss_mib": round(total["Pss"] / 1024, 1), "rss_mib": round(total["Rss"] / 1024, 1)}

    def jvm(self) -> str | None:
        """The version of the JVM among the members, if there is one."""
        for pid in self.members():
            try:
                exe = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            if os.path.basename(exe) == "java":
                return jvm_version(exe)
        return None

    def stop(self, grace: float = 15) -> None:
        # Remembered with their start times, so that no other process is hit that got a pid anew.
        before = {pid: s[19] for pid, s in self.members().items()}
        if before:
            try:
                os.killpg(self.pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        end = time.monotonic() + grace
        while time.monotonic() < end and any(self._alive(pid, since) for pid, since in before.items()):
            self._child.poll()
            time.sleep(0.05)
        for pid, since in before.items():
            if self._alive(pid, since):
                os.kill(pid, signal.SIGKILL)
        if self.wait(5) is not None and self in STARTED:
            STARTED.remove(self)

    @staticmethod
    def _alive(pid: int, since: str) -> bool:
        stat = _stat(pid)
        return stat is not None and stat[19] == since and stat[0] != "Z"


def stop_all() -> None:
    for process in reversed(STARTED[:]):
        process.stop()


def machine_busy() -> float:
    """CPU seconds the whole machine has been busy."""
    fields = [int(x) for x in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS  # all but idle and iowait


def jvm_version(java: str) -> str | None:
    try:
        lines = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30).stderr.splitlines()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return next((line.strip() for line in lines if "Runtime Environment" in line), None)


def machine() -> dict:
    cpu = next((l.split(":")[1].strip() for l in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in l), "")
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1])
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": cpu or platform.machine(),
        "memory_gib": round(memory / 2**20),
        "kernel": os.uname().release,
        "jvm": java and jvm_version(java),
    }
