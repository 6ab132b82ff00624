"""An OpenID issuer for tests, over a real socket: its document, its keys, tokens signed by them, and ways to fail."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwk, jwt

AUDIENCE = "game-events"
DISCOVERY = "/.well-known/openid-configuration"


@lru_cache
def rsa_key(number: int, bits: int = 2048) -> jwk.RSAKey:
    """Each made once: it takes longer than the tests."""
    return jwk.RSAKey.generate_key(bits)


class OpenIdIssuer:
    """`answers` replaces what a path says: bytes, or None for silence."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: dict[str, jwk.Key] = {"first": rsa_key(1)}
        self.shown: list[dict[str, Any]] = []
        """Further keys of the set, as they are."""
        self.answers: dict[str, bytes | None] = {}
        self.asked: list[str] = []
        self.over = threading.Event()

    def body(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == DISCOVERY:
            return json.dumps({"issuer": self.url, "jwks_uri": f"{self.url}/keys"}).encode()
        keys = [{**key.as_dict(private=False), "kid": name, "use": "sig"} for name, key in self.keys.items()]
        return json.dumps({"keys": [*keys, *self.shown]}).encode()

    def claims(self, **claims: Any) -> dict[str, Any]:
        """Those of a good token, but for what is given; None leaves one out."""
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "exp": int(time.time()) + 600, "roles": ["viewer"]}
        return {name: value for name, value in (good | claims).items() if value is not None}

    def token(self, key: str = "first", alg: str = "RS256", **claims: Any) -> str:
        return jwt.encode({"alg": alg, "kid": key}, self.claims(**claims), self.keys[key], algorithms=[alg])


@contextmanager
def openid_issuer() -> Iterator[OpenIdIssuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = issuer.body(self.path)
            if body is None:
                issuer.over.wait(60)
                return
            self.send_response(200 if not body.startswith(b"/") else 302)
            if body.startswith(b"/"):
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Who asked hung up."""

    server = Server(("127.0.0.1", 0), Handler)
    issuer = OpenIdIssuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield issuer
    finally:
        issuer.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
