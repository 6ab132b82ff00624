"""The rules for who may call, and where: security and servers."""

from collections.abc import Iterator
from typing import Any

from game_events_contract.compatibility.values import canonical
from game_events_contract.http_contract.document import Node, OpenApi
from game_events_contract.http_contract.rules import HttpChange, HttpRule
from game_events_contract.pointers import to_pointer

_SCHEMES = ("components", "securitySchemes")
_FOR_READERS = ("description", "bearerFormat")


def security_changes(old: OpenApi, new: OpenApi, was: Node, now: Node) -> Iterator[HttpChange]:
    before, after = _alternatives(old, was), _alternatives(new, now)
    pointer = to_pointer(now.below("security"))
    refused = [one for one in before if not any(_suffices(one, other) for other in after)]
    if refused:
        yield HttpChange(HttpRule.SECURITY_TIGHTENED, pointer, " or ".join(map(_names, refused)))
    elif canonical(before) != canonical(after):
        yield HttpChange(HttpRule.SECURITY_LOOSENED, pointer, " or ".join(map(_names, after)))


def _alternatives(document: OpenApi, operation: Node) -> list[dict[str, Any]]:
    """What suffices to call the operation; one without requirements is for everybody."""
    return operation.value.get("security", document.document.get("security", [])) or [{}]


def _suffices(given: dict[str, Any], needed: dict[str, Any]) -> bool:
    return all(name in given and set(scopes) <= set(given[name]) for name, scopes in needed.items())


def _names(requirement: dict[str, Any]) -> str:
    return " and ".join(requirement) or "nothing"


def scheme_changes(old: OpenApi, new: OpenApi) -> Iterator[HttpChange]:
    before, after = (one.document.get("components", {}).get("securitySchemes", {}) for one in (old, new))
    for name, scheme in before.items():
        if name in after:  # one that went away is said by the operations that need it
            was, now = old.follow(scheme, (*_SCHEMES, name)), new.follow(after[name], (*_SCHEMES, name))
            if _wire(was.value) != _wire(now.value):
                yield HttpChange(HttpRule.SECURITY_SCHEME_CHANGED, to_pointer(now.tokens), name)


def _wire(scheme: dict[str, Any]) -> str:
    kept = {name: value for name, value in scheme.items() if name not in _FOR_READERS and not name.startswith("x-")}
    if isinstance(kept.get("scheme"), str):
        kept["scheme"] = kept["scheme"].lower()
    if kept.get("in") == "header":
        kept["name"] = str(kept.get("name")).lower()
    return canonical(kept)


def server_changes(before: tuple[OpenApi, Node, Node], after: tuple[OpenApi, Node, Node]) -> Iterator[HttpChange]:
    was, now = _servers(*before), _servers(*after)
    for url in was:
        if url not in now:
            yield HttpChange(HttpRule.SERVER_REMOVED, "/servers", url)
    for url in now:
        if url not in was:
            yield HttpChange(HttpRule.SERVER_ADDED, "/servers", url)


def _servers(document: OpenApi, item: Node, operation: Node) -> list[str]:
    said = operation.value.get("servers") or item.value.get("servers") or document.document.get("servers")
    return [canonical([server["url"], server.get("variables")]) for server in said or [{"url": "/"}]]
