"""The targets, requests to them and to the mock provider."""
from __future__ import annotations

import configparser
import http.client
import json
import os
import re
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

HttpError = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Target:
    name: str
    url: str
    model: str
    headers: dict[str, str] = field(default_factory=dict)
    start: str | None = None
    version: str | None = None
    ready: str | None = None
    login: str | None = None
    keys: str | None = None
    default: bool = True
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", self.name):
            raise ValueError(f"target {self.name!r}: a name is letters, digits, '.', '_' and '-'")
        for url in filter(None, (self.url, self.ready)):
            parts = urlsplit(url)
            if parts.hostname not in ("127.0.0.1", "localhost") or not parts.port:
                raise ValueError(f"target {self.name}: {url} is not http://127.0.0.1:PORT/…")

    @property
    def port(self) -> int:
        return urlsplit(self.url).port

    def environment(self, upstream: str, tmp: Path) -> dict[str, str]:
        """The user's environment without what would configure a gateway or lead off this machine."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("BACTRIAN_") and not k.endswith("_API_KEY")}
        env.update(UPSTREAM=upstream, TMP=str(tmp), NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")
        env.update({k: Template(v).substitute(UPSTREAM=upstream, TMP=tmp) for k, v in self.env.items()})
        return env

    def load_flags(self, tmp: Path) -> list[str]:
        flags = ["-url", self.url, "-model", self.model]
        if self.keys:
            flags += ["-keys", Template(self.keys).substitute(TMP=tmp)]
        for name, value in self.headers.items():
            flags += ["-H", f"{name}: {value}"]
        return flags

    def post(self, timeout: float = 15, **fields) -> "Reply":
        body = {"model": self.model, "messages": [{"role": "user", "content": "What is the capital of France?"}]}
        headers = {"Content-Type": "application/json", **self.headers}
        return Reply(self.url, "POST", json.dumps({**body, **fields}), headers, timeout)

    def is_ready(self) -> bool:
        """Asked without a chat completion: the first one of those is measured."""
        if not port_taken(self.port):
            return False
        url = self.ready or re.sub(r"/chat/completions$", "", self.url) + "/models"
        try:
            with Reply(url, "GET", None, self.headers, 5) as reply:
                return reply.status == 200 if self.ready else reply.status < 500
        except HttpError:
            return False


class Reply:
    """An HTTP reply that can be read as it comes; closes its connection at the end."""

    def __init__(self, url: str, method: str, body: str | None, headers: dict[str, str], timeout: float):
        parts = urlsplit(url)
        self._conn = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
        try:
            self._conn.request(method, parts.path, body, headers)
            self._response = self._conn.getresponse()
        except BaseException:
            self._conn.close()
            raise
        self.status = self._response.status
        self.headers = {k.lower(): v for k, v in self._response.getheaders()}

    def __enter__(self) -> "Reply":
        return self

    def __exit__(self, *_) -> None:
        self._response.close()
        self._conn.close()

    def read(self) -> bytes:
        return self._response.read()

    def events(self):
        """(seconds since now, data) of each server-sent event."""
        began, rest = time.perf_counter(), b""
        while part := self._response.read1(65536):
            now = time.perf_counter() - began
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                if line.startswith(b"data:"):
                    yield now, line[5:].strip().decode()


class Mock:
    def __init__(self, port: int):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def pace(self, **settings) -> None:
        """Sets how it answers; without settings, at once."""
        with Reply(f"{self.url}/control", "POST", json.dumps(settings), {}, 5) as reply:
            if reply.status != 200:
                raise RuntimeError(f"the mock refused {settings}")

    def stats(self) -> dict[str, int]:
        with Reply(f"{self.url}/stats", "GET", None, {}, 5) as reply:
            return json.loads(reply.read())

    def wait_idle(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self.stats()["inflight"] and time.monotonic() < end:
            time.sleep(0.1)


def port_taken(port: int) -> bool:
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _section(ini: configparser.ConfigParser, name: str) -> dict[str, str]:
    """A section with the words of the one that it is like."""
    section = dict(ini[name])
    if "like" in section:
        model = _section(ini, section.pop("like"))
        env = model.get("env", "") + "\n" + section.get("env", "")
        section = {**model, **section, "env": env}
    return section


def read_targets(path: Path) -> dict[str, Target]:
    ini = configparser.ConfigParser(interpolation=None)
    ini.read(path)
    targets = {}
    for name in ini.sections():
        section = _section(ini, name)
        section["headers"] = _headers(section.get("headers", "").splitlines())
        lines = (line.partition("=") for line in section.get("env", "").splitlines() if line.strip())
        section["default"] = section.get("default", "yes") != "no"
        section["env"] = {key.strip(): value.strip() for key, _, value in lines}
        targets[name] = Target(name=name, **section)
    return targets


def parse_target(text: str) -> Target:
    """NAME | START COMMAND | URL | MODEL | HEADERS, the last separated by ;;"""
    fields = [x.strip() for x in text.split("|", 4)]
    if len(fields) < 4:
        raise ValueError(f"--add takes 'NAME | START COMMAND | URL | MODEL | HEADERS', not {text!r}")
    name, start, url, model = fields[:4]
    headers = _headers(fields[4].split(";;")) if len(fields) > 4 else {}
    return Target(name, url, model, headers, start=None if start in ("", "-") else start)
