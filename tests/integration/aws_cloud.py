"""What stands around Firehose and S3 where a server runs in AWS: STS, a container's and an instance's credentials, a
proxy. One loopback server for all; it hands out credentials that end within a minute, and remembers who signed."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

SIGNED = re.compile(r"Credential=([^/]+)/")
LIFETIME = timedelta(seconds=60)  # boto3 renews what ends within 15 minutes at every call


@dataclass
class Cloud:
    url: str = ""
    signers: list[str] = field(default_factory=list)
    """Access key ids of the calls to Firehose and S3, in their order."""
    refused: set[str] = field(default_factory=set)
    """Access key ids that are in force no longer."""
    tokens: list[str] = field(default_factory=list)
    """With what credentials were asked for."""
    proxied: list[str] = field(default_factory=list)
    """Hosts that were asked for through this server as a proxy."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def issue(self, token: str) -> dict[str, str]:
        self.tokens.append(token)
        expires = f"{datetime.now(UTC) + LIFETIME:%Y-%m-%dT%H:%M:%SZ}"
        key = {"AccessKeyId": f"ASIA{next(self._numbers):04}", "SecretAccessKey": "secret", "Token": "session"}
        return {**key, "SessionToken": "session", "Expiration": expires}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud: ClassVar[Cloud]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._note_proxy()
        if self.headers.get("X-Amz-Target"):
            records = json.loads(body)["Records"]
            self._signed(json.dumps({"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}] * len(records)}))
            return
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        issued = self.cloud.issue(form.get("WebIdentityToken") or self._signer())
        inner = "".join(f"<{name}>{issued[name]}</{name}>" for name in issued if name != "Token")
        result = f"<{form['Action']}Result><Credentials>{inner}</Credentials></{form['Action']}Result>"
        self._answer(200, f"<{form['Action']}Response>{result}</{form['Action']}Response>", "text/xml")

    def do_PUT(self) -> None:
        self._note_proxy()
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/latest/api/token":
            self._answer(200, "instance token")
        else:
            self._signed("")

    def do_GET(self) -> None:
        if self.path == "/container":
            self._answer(200, json.dumps(self.cloud.issue(self.headers["Authorization"])))
        elif self.path.endswith("/security-credentials/"):
            self._answer(200, "role")
        else:
            issued = self.cloud.issue(self.headers["X-aws-ec2-metadata-token"])
            self._answer(200, json.dumps({**issued, "Code": "Success", "Type": "AWS-HMAC"}))

    def _signer(self) -> str:
        found = SIGNED.search(self.headers.get("Authorization", ""))
        return found[1] if found else ""

    def _signed(self, answer: str) -> None:
        self.cloud.signers.append(self._signer())
        if self.cloud.signers[-1] in self.cloud.refused:
            code = "UnrecognizedClientException"
            xml = f"<Error><Code>{code}</Code></Error>"
            self._answer(400, json.dumps({"__type": code}) if self.headers.get("X-Amz-Target") else xml)
        else:
            self._answer(200, answer)

    def _note_proxy(self) -> None:
        if host := urlsplit(self.path).hostname:
            self.cloud.proxied.append(host)

    def _answer(self, status: int, text: str, kind: str = "application/x-amz-json-1.1") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """The cloud is quiet."""


@contextmanager
def aws_cloud() -> Iterator[Cloud]:
    cloud = Cloud()
    handler = type("CloudHandler", (Handler,), {"cloud": cloud})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        cloud.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield cloud
        server.shutdown()
        thread.join()
