"""Every file by every rule, in the order in which a mistake is easiest to understand."""

import json
from collections.abc import Iterator

import jsonschema_rs

from game_events_contract.bundle import as_read, bundle_document
from game_events_contract.dialect import misreadings
from game_events_contract.findings import Finding
from game_events_contract.keywords import Keyword
from game_events_contract.lint.annotations import annotation_flaws
from game_events_contract.lint.events import event_flaws, example_flaws, field_flaws
from game_events_contract.lint.names import event_names
from game_events_contract.lint.rules import Flaw, LintRule
from game_events_contract.lint.subschemas import subschema_flaws
from game_events_contract.lint.warehouse_names import warehouse_name_flaws
from game_events_contract.pointers import Tokens, to_pointer
from game_events_contract.repository import Document, SchemaFile, SchemaRepository, SchemaVersion
from game_events_contract.walk import as_document


def lint(schemas: SchemaRepository) -> list[Finding]:
    """Every finding in every file; none for a repository that may be published."""
    unreadable = list(_unreadable(schemas))
    if unreadable:
        return unreadable
    named = list(event_names(schemas))
    return [*named, *(finding for file in schemas.files for finding in lint_file(file))]


def _unreadable(schemas: SchemaRepository) -> Iterator[Finding]:
    for path in sorted(schemas.folder.rglob("*.json")):
        where = str(path.relative_to(schemas.folder))
        try:
            json.loads(path.read_text(encoding="utf-8"))
            if path.parent.parent == schemas.folder:
                SchemaVersion.parse(path.stem)
        except ValueError as error:
            yield Finding(where, LintRule.SCHEMA_INVALID, "", str(error))


def lint_file(file: SchemaFile) -> list[Finding]:
    return [
        Finding(file.label, flaw.rule, to_pointer(flaw.tokens), f"{flaw.detail}: {flaw.rule.reason} {flaw.rule.fix}")
        for flaw in _causes(list(_flaws(file)))
    ]


_OF_THE_ROOT = {
    *(LintRule.ROOT_NOT_CLOSED, LintRule.TITLE_WRONG, LintRule.ENVELOPE_MISSING, LintRule.IDENTITY_WRONG),
}
_FOLLOW = {
    LintRule.KEYWORD_UNKNOWN: {
        *_OF_THE_ROOT,
        *(LintRule.STRING_UNBOUNDED, LintRule.ARRAY_UNBOUNDED, LintRule.NUMBER_UNRANGED, LintRule.OBJECT_NOT_BOUNDED),
        *(LintRule.DESCRIPTION_MISSING, LintRule.EXAMPLE_MISSING, LintRule.REQUIRED_UNDEFINED),
    },
    LintRule.ENVELOPE_MISSING: set(),
    LintRule.IDENTITY_WRONG: set(),
    LintRule.REQUIRED_UNDEFINED: set(),
}
"""What else is found in the same schema because of a mistake, and is gone with it; and each makes examples invalid."""


def _causes(flaws: list[Flaw]) -> list[Flaw]:
    """The flaws without those that follow from another one: a misspelt `properties` is one mistake, not ten."""
    causes = [(flaw.rule, _schema_of(flaw)) for flaw in flaws if flaw.rule in _FOLLOW]
    return [flaw for flaw in flaws if not any(_follows(flaw, rule, at) for rule, at in causes)]


def _follows(flaw: Flaw, cause: LintRule, at: Tokens) -> bool:
    schema = _schema_of(flaw)
    if flaw.rule is LintRule.EXAMPLE_INVALID:
        return at[: len(schema)] == schema
    return flaw.rule in _FOLLOW[cause] and schema == at


def _schema_of(flaw: Flaw) -> Tokens:
    """Where the schema stands that a flaw is one of."""
    if flaw.rule in _OF_THE_ROOT:
        return ()
    if flaw.rule is LintRule.EXAMPLE_INVALID:
        return flaw.tokens[:-2]  # examples, and which one
    return flaw.tokens[:-1] if flaw.rule in (LintRule.KEYWORD_UNKNOWN, LintRule.REQUIRED_UNDEFINED) else flaw.tokens


def _flaws(file: SchemaFile) -> Iterator[Flaw]:
    """What keeps the file from being read any further is all that is said of it."""
    document = file.document
    unread = _unread(document)
    if unread:
        yield from unread
        return
    named = [(holder, name) for holder in ("properties", "$defs") for name in document.get(holder, {})]
    try:
        bundled = bundle_document(document, file.path)
        fields = {at: bundle_document(as_document(document[at[0]][at[1]]), file.path) for at in named}
        reads = {at: as_read(field, field) for at, field in fields.items()}
        jsonschema_rs.Draft202012Validator(bundled)
    except (OSError, ValueError, jsonschema_rs.ReferencingError) as error:
        yield Flaw(LintRule.REFERENCE_DANGLING, (), str(error))
        return
    if file.is_event or "properties" in document or "$defs" not in document:
        yield from event_flaws(file)
        yield from example_flaws(document, bundled, ())
        yield from warehouse_name_flaws(file, bundled)
    for (holder, name), read in reads.items():
        yield from field_flaws(name, read, fields[holder, name], (holder, name))
    yield from subschema_flaws(document)
    yield from annotation_flaws(file)


def _unread(document: Document) -> list[Flaw]:
    """Why the file cannot be read as a schema, or says in a place that nobody follows; empty when it can."""
    misread = misreadings(document)
    references = [Flaw(LintRule.REFERENCE_DANGLING, *one) for one in misread if one.tokens[-1:] == (Keyword.REF,)]
    if len(references) < len(misread):
        return [Flaw(LintRule.SCHEMA_INVALID, *one) for one in misread]
    anchors = [flaw for flaw in subschema_flaws(document) if flaw.rule is LintRule.ANCHOR_USED]
    if anchors or references:
        return anchors or references
    return [  # `true` and `false` are schemas that say nothing
        Flaw(LintRule.DESCRIPTION_MISSING, (holder, name), name)
        for holder in ("properties", "$defs")
        for name, schema in document.get(holder, {}).items()
        if isinstance(schema, bool)
    ]
