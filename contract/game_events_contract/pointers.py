"""JSON Pointers (RFC 6901): one path through a document, as tokens and as text."""

from typing import Any

Tokens = tuple[str, ...]


def escape(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def to_pointer(tokens: Tokens) -> str:
    return "".join("/" + escape(token) for token in tokens)


def tokens_of(pointer: str) -> Tokens:
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def resolve_pointer(document: Any, pointer: str) -> Any:
    """The value at a JSON Pointer. KeyError, IndexError or ValueError when there is none."""
    value = document
    for token in tokens_of(pointer):
        if isinstance(value, list):
            value = value[int(token)]
        elif isinstance(value, dict):
            value = value[token]
        else:
            raise KeyError(pointer)
    return value
