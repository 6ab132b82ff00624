"""JSON Pointers (RFC 6901): one path through a document, as tokens, as text and as the fragment of a reference."""

from typing import Any
from urllib.parse import quote, unquote

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


def to_fragment(tokens: Tokens) -> str:
    """The reference, within a document, to what stands there; what no URI can hold is percent-encoded."""
    return "#" + quote(to_pointer(tokens), safe="/~!$&'()*+,;=:@?-._")


def fragment_tokens(reference: str) -> Tokens:
    """The path that a reference's fragment names. ValueError when it names an anchor instead."""
    pointer = unquote(reference.partition("#")[2])
    if pointer[:1] not in ("", "/"):
        raise ValueError(f"$ref {reference!r} names an anchor; write a JSON Pointer like #/$defs/price")
    return tokens_of(pointer)


def resolve_reference(document: Any, reference: str) -> Any:
    """What a reference leads to in the document that its fragment points into. ValueError when that is nothing."""
    try:
        return resolve_pointer(document, to_pointer(fragment_tokens(reference)))
    except (KeyError, IndexError):
        raise ValueError(f"$ref {reference!r} leads nowhere") from None
