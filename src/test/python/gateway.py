"""A gateway as users run it: the start script in a process of its own."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]
KEY = "sk-test-of-the-sdk"
START_SECONDS = 180
STOP_SECONDS = 30
BASE_URL = re.compile(r"Base URL\s+(\S+)")
PROVIDER_SETTING = re.compile(r".*_(API_KEY|BASE_URL)|BACTRIAN_.*|OPENAI_.*")


class Gateway:
    """A gateway that serves on a free port until it is closed."""

    def __init__(self, data: pathlib.Path, **settings: str):
        inherited = {n: v for n, v in os.environ.items() if not PROVIDER_SETTING.fullmatch(n)}
        self.log: list[str] = []
        self.base_url = ""
        self._ready = threading.Event()
        self._process = subprocess.Popen(
            [ROOT / "bactrian"],
            env={
                **inherited,
                "BACTRIAN_HOST": "127.0.0.1",
                "BACTRIAN_PORT": "0",
                "BACTRIAN_MANAGEMENT_PORT": "0",
                "BACTRIAN_KEY": KEY,
                "BACTRIAN_DATA": str(data),
                **settings,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(START_SECONDS) or not self.base_url:
            self.close()
            raise AssertionError("The gateway did not start:\n" + "".join(self.log))

    def _read(self):
        for line in self._process.stdout:
            self.log.append(line)
            if found := BASE_URL.search(line):
                self.base_url = found.group(1).replace("localhost", "127.0.0.1")
                self._ready.set()
        self._ready.set()

    def close(self) -> int:
        """Asks it to stop, as an operator does, and gives back its exit code."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        self._reader.join(STOP_SECONDS)
        complaints = [line for line in self.log if " WARN " in line or " ERROR " in line]
        assert not complaints, complaints
        return code
