"""What a change of the HTTP contract does to the clients that were written against it."""

from game_events_contract.http_contract.compare import compare_http
from game_events_contract.http_contract.findings import http_findings
from game_events_contract.http_contract.rules import HttpChange, HttpRule

__all__ = ["HttpChange", "HttpRule", "compare_http", "http_findings"]
