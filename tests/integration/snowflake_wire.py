"""An endpoint that speaks as much of Snowflake's protocol as a deployment needs, and writes down what it is asked.

It runs nothing: every statement is answered by an empty result, and schemachange's history by what was put into it.
"""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Account:
    """What was asked of the account so far."""

    port: int = 0
    logins: list[dict[str, Any]] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    """As whom each log-in was."""
    statements: list[str] = field(default_factory=list)
    history: list[tuple[str, list[str]]] = field(default_factory=list)
    """History table → a row: version, description, script, type, checksum, seconds, status, user."""
    refuses: str | None = None
    """A statement that has this in it is answered with an error."""

    def applied(self) -> list[str]:
        return [row[2] for _, row in self.history]

    def answer(self, sql: str) -> dict[str, Any]:
        self.statements.append(sql)
        if self.refuses is not None and self.refuses in sql:
            return failure("001003 (42000): SQL compilation error: refused for the test")
        words = " ".join(sql.split())
        inserted = re.match(r"INSERT INTO (\S+HISTORY) .* VALUES \((.*)\)$", words)
        if inserted:
            self.history.append((inserted[1], _values(inserted[2])))
            return success([], [])
        if "INFORMATION_SCHEMA.TABLES" in words:
            schema = re.findall(r"REPLACE\('([^']*)'", words)[0]
            known = [["2026-11-27", "2026-11-27"] for table, _ in self.history if f".{schema}." in table][:1]
            return success(["CREATED", "LAST_ALTERED"], known)
        if "INFORMATION_SCHEMA.SCHEMATA" in words:
            return success(["N"], [["0"]], "fixed")
        told = re.search(r"FROM (\S+HISTORY) WHERE SCRIPT_TYPE = '(.)'", words)
        if told:
            rows = [
                row for table, row in self.history if table == told[1] and row[3] == told[2] and row[6] == "Success"
            ]
            if told[2] == "V":
                return success(["VERSION", "SCRIPT", "CHECKSUM"], [[row[0], row[2], row[4]] for row in rows])
            latest = {row[2]: row[4] for row in rows}
            return success(["SCRIPT_NAME", "CHECKSUM"], [list(pair) for pair in latest.items()])
        return success([], [])


def _values(text: str) -> list[str]:
    return [quoted or plain for quoted, plain in re.findall(r"'([^']*)'|\b(\d+)\b", text)]


def success(columns: list[str], rows: list[list[str]], type_: str = "text") -> dict[str, Any]:
    kind = {"type": type_, "length": 100, "nullable": True, "precision": 38, "scale": 0, "byteLength": 400}
    kinds = [{"name": name, **kind} for name in columns or ["STATUS"]]
    data = {"rowtype": kinds, "rowset": rows, "total": len(rows), "returned": len(rows), "parameters": []}
    data |= {"queryId": "01-test", "queryResultFormat": "json", "finalRoleName": "R", "statementTypeId": 4096}
    return {"success": True, "code": None, "message": None, "data": data}


def failure(message: str) -> dict[str, Any]:
    data = {"errorCode": "001003", "sqlState": "42000", "queryId": "01-test", "internalError": False}
    return {"success": False, "code": "001003", "message": message, "data": data}


def login(account: Account, asked: dict[str, Any]) -> dict[str, Any]:
    account.logins.append(asked)
    if asked.get("PASSWORD") == "wrong":
        return {
            "success": False,
            "code": "390100",
            "message": "Incorrect username or password was specified.",
            "data": {},
        }
    about = {"databaseName": None, "schemaName": None, "warehouseName": None, "roleName": "ACCOUNTADMIN"}
    data = {"token": "t", "masterToken": "m", "sessionId": 1, "parameters": [], "sessionInfo": about}
    return {
        "success": True,
        "code": None,
        "message": None,
        "data": data | {"serverVersion": "9.0", "validityInSeconds": 60},
    }


@contextmanager
def snowflake() -> Iterator[Account]:
    """A running endpoint; the connector reaches it with SNOWFLAKE_HOST, _PORT and _PROTOCOL=http."""
    account = Account()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = json.loads(
                gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body or "{}"
            )
            if "login-request" in self.path:
                account.roles += parse_qs(urlsplit(self.path).query).get("roleName", [])
                answer = login(account, asked["data"])
            elif "query-request" in self.path:
                answer = account.answer(asked["sqlText"])
            else:
                answer = {"success": True, "data": {}}
            text = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    account.port = server.server_port
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
