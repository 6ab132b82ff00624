"""An OpenID issuer for tests, over a real socket: its document, keys and tokens, signing in, and ways to fail."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwk, jwt

AUDIENCE = "game-events"
DISCOVERY = "/.well-known/openid-configuration"
CLIENT = "console"


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
        self.redirect_url = ""
        """The only one of the client."""
        self.secret: str | None = None
        """Of the client; None: it is a public one."""
        self.methods: list[str] | None = None
        """How a client may say its secret; None: as a client does that is not told."""
        self.access: dict[str, Any] = {}
        """Claims of the access tokens that who signs in gets, beside those of a good one."""
        self.identity: dict[str, Any] = {}
        """Those of their ID tokens."""
        self.signs_with = "first"
        self.refuses = ""
        self.greets = False
        """Whether it shows a page before it sends somebody back, as those do that ask for a password."""
        self._codes: dict[str, dict[str, str]] = {}
        self.given: list[str] = []
        """Codes and tokens, which no log may have."""

    def body(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == DISCOVERY:
            return json.dumps(self._document()).encode()
        keys = [{**key.as_dict(private=False), "kid": name, "use": "sig"} for name, key in self.keys.items()]
        return json.dumps({"keys": [*keys, *self.shown]}).encode()

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        document |= {"authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token"}
        return document | ({"token_endpoint_auth_methods_supported": self.methods} if self.methods else {})

    def authorize(self, query: dict[str, str]) -> str | None:
        """Where somebody who is known here is sent back to at once; None where the client asks for what it may not."""
        known = {"client_id": CLIENT, "redirect_uri": self.redirect_url, "response_type": "code"}
        if not (known | {"code_challenge_method": "S256"}).items() <= query.items() or "openid" not in query["scope"]:
            return None
        if self.refuses:
            return f"{self.redirect_url}?{urlencode({'error': self.refuses, 'state': query['state']})}"
        code = secrets.token_urlsafe(24)
        self._codes[code] = query
        self.given.append(code)
        return f"{self.redirect_url}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code is for one token, for the client that asked for it."""
        if not self._knows(form, authorization):
            return 401, {"error": "invalid_client"}
        asked = self._codes.pop(form.get("code", ""), {})
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if form.get("redirect_uri") != asked.get("redirect_uri") or challenge != asked.get("code_challenge"):
            return 400, {"error": "invalid_grant", "error_description": f"no code {form.get('code')}"}
        identity = self.token(self.signs_with, **({"aud": CLIENT, "nonce": asked["nonce"]} | self.identity))
        access = self.access.get("opaque") or self.token(self.signs_with, **self.access)
        self.given += [identity, access, form["code_verifier"]]
        return 200, {"access_token": access, "id_token": identity, "token_type": "Bearer"}

    def _knows(self, form: dict[str, str], authorization: str) -> bool:
        if self.secret is None:
            return form.get("client_id") == CLIENT
        if self.methods == ["client_secret_post"]:
            return form.get("client_secret") == self.secret
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT, self.secret) and "client_secret" not in form

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
            address = urlsplit(self.path)
            if address.path == "/authorize":
                where = issuer.authorize(dict(parse_qsl(address.query)))
                if where and issuer.greets:
                    page = (
                        f'<!doctype html><html lang="en"><title>x</title><a href="{escape(where)}">Go on</a>'.encode()
                    )
                    self.send_response(200)
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Content-Length", str(len(page)))
                    self.end_headers()
                    self.wfile.write(page)
                    return
                self.send_response(303 if where else 400)
                self.send_header("Location", where or "")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
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

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            status, answer = issuer.exchange(form, self.headers.get("Authorization", ""))
            body = issuer.answers.get("/token", json.dumps(answer).encode())
            if body is None:
                issuer.over.wait(60)
                return
            self.send_response(status)
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
