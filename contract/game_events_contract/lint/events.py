"""What an event and its fields have to say of themselves."""

from collections.abc import Iterator

import jsonschema_rs

from game_events_contract.lint.names import SNAKE_CASE, title_of
from game_events_contract.lint.rules import ENVELOPE, Flaw, LintRule
from game_events_contract.pointers import Tokens
from game_events_contract.repository import Document, SchemaFile
from game_events_contract.walk import as_document


def event_flaws(file: SchemaFile) -> Iterator[Flaw]:
    document = file.document
    if document.get("type") != "object" or document.get("additionalProperties") is not False:
        yield Flaw(LintRule.ROOT_NOT_CLOSED, (), "the root")
    title = title_of(file.name)
    if document.get("title") != title:
        yield Flaw(LintRule.TITLE_WRONG, ("title",), f"expected {title}")
    if "description" not in document:
        yield Flaw(LintRule.DESCRIPTION_MISSING, (), "the event")
    properties = document.get("properties", {})
    for name, value in (("event_type", file.name), ("schema_version", str(file.version))):
        if name in properties and as_document(properties[name]).get("const") != value:
            yield Flaw(LintRule.IDENTITY_WRONG, ("properties", name), f"expected {value!r}")
    missing = [name for name in ENVELOPE if name not in properties or name not in document.get("required", ())]
    if missing:
        yield Flaw(LintRule.ENVELOPE_MISSING, ("properties", *missing[: len(missing) == 1]), ", ".join(missing))
    if not document.get("examples"):
        yield Flaw(LintRule.EXAMPLE_MISSING, (), "the event")


def field_flaws(name: str, read: Document, bundled: Document, tokens: Tokens) -> Iterator[Flaw]:
    """What a field or a definition says for itself, or what it refers to says for it (`read`)."""
    yield from name_flaws(name, tokens)
    if "description" not in read:
        yield Flaw(LintRule.DESCRIPTION_MISSING, tokens, name)
    if "const" not in read and not read.get("examples"):
        yield Flaw(LintRule.EXAMPLE_MISSING, tokens, name)
    yield from example_flaws(read, bundled, tokens)


def name_flaws(name: str, tokens: Tokens) -> Iterator[Flaw]:
    if not SNAKE_CASE.fullmatch(name):
        yield Flaw(LintRule.NAME_NOT_SNAKE_CASE, tokens, name)


def example_flaws(read: Document, bundled: Document, tokens: Tokens) -> Iterator[Flaw]:
    judge = jsonschema_rs.Draft202012Validator(bundled, validate_formats=True)
    for index, example in enumerate(read.get("examples", ())):
        for error in judge.iter_errors(example):
            yield Flaw(LintRule.EXAMPLE_INVALID, (*tokens, "examples", str(index)), error.message)
