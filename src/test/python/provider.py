"""Providers that say what a test tells them to, on one loopback server."""

import collections
import contextlib
import dataclasses
import http.server
import json
import socket
import threading

WAIT_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Request:
    """What a provider was sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)


class Provider:
    """One provider: answers from its script, and again and again with the script's last entry."""

    def __init__(self, name: str, base_url: str):
        self.name = name
        self.base_url = base_url
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._script = collections.deque()
        self._last = None
        self.left = threading.Event()

    def will(self, *replies):
        """Says what the next requests get; a reply is a function of the connection and request."""
        with self._lock:
            self._script.extend(replies)

    def reset(self):
        with self._lock:
            self.requests.clear()
            self._script.clear()
            self._last = None
            self.left.clear()

    def _next(self, request: Request):
        with self._lock:
            self.requests.append(request)
            if self._script:
                self._last = self._script.popleft()
            return self._last or says(f"{self.name} answers.")


class Providers:
    """The server; ``providers["qwen"]`` is one of them, found by the first part of the path."""

    def __init__(self, *names: str):
        providers: dict[str, Provider] = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                provider = providers[self.path.split("/")[1]]
                request = Request(self.path, headers, body)
                with contextlib.suppress(ConnectionError):
                    provider._next(request)(Connection(self, provider), request)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        url = f"http://127.0.0.1:{self._server.server_port}"
        for name in names:
            providers[name] = Provider(name, f"{url}/{name}/v1")
        self._providers = providers
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __getitem__(self, name: str) -> Provider:
        return self._providers[name]

    def settings(self) -> dict[str, str]:
        """The environment that makes a gateway use these providers."""
        settings = {}
        for name, provider in self._providers.items():
            settings[f"{name.upper()}_BASE_URL"] = provider.base_url
            settings[f"{name.upper()}_API_KEY"] = f"sk-of-{name}-secret"
        return settings

    def reset(self):
        for provider in self._providers.values():
            provider.reset()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Connection:
    """The way back to the gateway."""

    def __init__(self, handler: http.server.BaseHTTPRequestHandler, provider: Provider):
        self._handler = handler
        self._provider = provider

    def answer(self, status: int, body: dict | str, headers: dict[str, str] | None = None):
        """Answers as a whole."""
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self._handler.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self._handler.send_header(name, value)
        self._handler.send_header("content-length", str(len(data)))
        self._handler.end_headers()
        self._handler.wfile.write(data)

    def begin_stream(self):
        self._handler.send_response(200)
        self._handler.send_header("content-type", "text/event-stream")
        self._handler.send_header("transfer-encoding", "chunked")
        self._handler.end_headers()

    def event(self, data: dict | str):
        text = data if isinstance(data, str) else json.dumps(data)
        self._write(f"data: {text}\n\n".encode())

    def end_stream(self):
        self._write(b"")

    def _write(self, data: bytes):
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def cut(self):
        """Closes the connection in the middle of whatever it was doing."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def wait_until_left(self):
        """Waits for the gateway to close the connection, and notes that it did."""
        self._handler.connection.settimeout(WAIT_SECONDS)
        self._handler.close_connection = True
        try:
            left = self._handler.connection.recv(1) == b""
        except ConnectionError:
            left = True
        if left:
            self._provider.left.set()


def completion(model: str, message: dict, finish_reason: str = "stop") -> dict:
    """A chat completion as an OpenAI-compatible provider writes it."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1750000000,
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", **message},
                "finish_reason": finish_reason,
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    }


def chunk(model: str, delta: dict, finish_reason: str | None = None) -> dict:
    """One event of a stream."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1750000000,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


def says(text: str):
    """Answers with a text, whole or streamed word by word as the request wants it."""

    def reply(connection: Connection, request: Request):
        asked = request.json
        model = asked["model"]
        if not asked.get("stream"):
            connection.answer(200, completion(model, {"content": text}))
            return
        deltas = [{"content": word} for word in text.replace(" ", " \0").split("\0")]
        streams({"role": "assistant", "content": ""}, *deltas)(connection, request)

    return reply


def streams(*deltas: dict, finish_reason: str = "stop"):
    """Streams deltas, the reason why it finished, and the usage when that is asked for."""

    def reply(connection: Connection, request: Request):
        asked = request.json
        model = asked["model"]
        connection.begin_stream()
        for delta in deltas:
            connection.event(chunk(model, delta))
        connection.event(chunk(model, {}, finish_reason))
        if asked.get("stream_options", {}).get("include_usage"):
            usage = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}
            connection.event({**chunk(model, {}), "choices": [], "usage": usage})
        connection.event("[DONE]")
        connection.end_stream()

    return reply


def fails(status: int, message: str = "It failed.", headers=None, **members):
    """Answers with an error."""
    error = {"message": message, "type": None, "param": None, "code": None, **members}

    def reply(connection: Connection, _: Request):
        connection.answer(status, {"error": error}, headers)

    return reply


def breaks(then):
    """Streams two words, then does something else than going on."""

    def reply(connection: Connection, request: Request):
        model = request.json["model"]
        connection.begin_stream()
        connection.event(chunk(model, {"role": "assistant", "content": "Once"}))
        connection.event(chunk(model, {"content": " upon"}))
        then(connection)

    return reply


def waits(connection: Connection, _: Request):
    """Says nothing until the gateway hangs up."""
    connection.wait_until_left()
