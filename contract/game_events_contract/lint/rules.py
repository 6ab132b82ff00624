"""The lint's rules, each with its reason and its fix, after the example of igluctl."""

from enum import StrEnum
from typing import NamedTuple

from game_events_contract.pointers import Tokens

FORMATS = ("date-time", "date", "uuid", "uri", "ipv4", "ipv6")
"""Formats that the server and the models check in the same way. The reference validator checks no `uri` by itself, and
calls the year 0 no `date`."""
ENVELOPE = ("event_id", "event_type", "schema_version", "event_time", "user_id", "game_id", "environment")
"""What the pipeline itself reads of every event."""
LONGEST_EVENT, LONGEST_COLUMN = 64, 127
"""Characters; the narrowest of the usual warehouses (Redshift) takes 127."""


class LintRule(StrEnum):
    """A rule, printed as its id; why it is one, and what to do about it."""

    reason: str
    fix: str

    def __new__(cls, rule_id: str, reason: str, fix: str) -> "LintRule":
        member = str.__new__(cls, rule_id)
        member._value_ = rule_id
        member.reason, member.fix = reason, fix
        return member

    SCHEMA_INVALID = (
        "schema-invalid",
        "A schema that is no JSON Schema 2020-12 validates nothing.",
        "Follow the meta-schema.",
    )
    REFERENCE_DANGLING = (
        "reference-dangling",
        "A reference that leads nowhere fails at run time.",
        "Correct the $ref.",
    )
    KEYWORD_UNKNOWN = (
        "keyword-unknown",
        "Validators skip keywords they do not know, so a misspelt bound bounds nothing.",
        "Correct the spelling.",
    )
    MESSAGE_INVALID = (
        "message-invalid",
        "A sentence for whoever sent a refused value is text, and short enough for an answer.",
        "Write x-message as one sentence of up to 400 characters.",
    )
    ANNOTATION_UNKNOWN = (
        "annotation-unknown",
        "Words that begin with x- are anybody's own, so a misspelt one marks nothing.",
        "Correct the spelling, or give a word of your own a name less alike.",
    )
    ANNOTATION_INVALID = (
        "annotation-invalid",
        "What nobody can read marks nothing.",
        "Write what docs/schemas.md says of the word.",
    )
    ANNOTATION_MISPLACED = (
        "annotation-misplaced",
        "What is said of a field is read where the field, its items or its definition stands, and nowhere else.",
        "Say it there.",
    )
    ANCHOR_USED = (
        "anchor-used",
        "The gate follows no anchors and no identifiers within a schema: what they lead to could change unseen.",
        "Refer to a definition by JSON Pointer: #/$defs/price.",
    )
    ROOT_NOT_CLOSED = (
        "root-not-closed",
        "An open event takes misspelt optional fields without a word.",
        'Write "type": "object" and "additionalProperties": false.',
    )
    OBJECT_NOT_BOUNDED = (
        "object-not-bounded",
        "An open object has no columns and no end.",
        'Write "additionalProperties": false, or "maxProperties" and "propertyNames".',
    )
    TITLE_WRONG = (
        "title-wrong",
        "The title names the generated class.",
        "Name it after the folder: in_app_ad → InAppAdEvent.",
    )
    IDENTITY_WRONG = (
        "identity-wrong",
        "The event's type and version decide which schema judges it.",
        "Give event_type and schema_version the folder's and the file's name as \"const\".",
    )
    ENVELOPE_MISSING = (
        "envelope-missing",
        "The pipeline reads these fields of every event.",
        f"Define and require {', '.join(ENVELOPE)}.",
    )
    DESCRIPTION_MISSING = (
        "description-missing",
        "The description is the field's documentation in the catalog, the models and the warehouse.",
        "Say what the field holds, with its unit.",
    )
    EXAMPLE_MISSING = (
        "example-missing",
        "Examples feed the documentation and the fuzzer.",
        "Add at least one to examples.",
    )
    EXAMPLE_INVALID = (
        "example-invalid",
        "A wrong example teaches the wrong thing.",
        "Correct the example or the schema.",
    )
    STRING_UNBOUNDED = (
        "string-unbounded",
        "A string without an end fills the disk.",
        "Add maxLength, enum or const.",
    )
    ARRAY_UNBOUNDED = (
        "array-unbounded",
        "A list without an end fills the disk.",
        "Add maxItems.",
    )
    NUMBER_UNRANGED = (
        "number-unranged",
        "Parsers disagree on numbers beyond 64 bits, and columns have a size.",
        "Add minimum and maximum, within 64 bits.",
    )
    BOUNDS_CROSSED = (
        "bounds-crossed",
        "Nothing satisfies a minimum above the maximum.",
        "Swap or correct the bounds.",
    )
    FORMAT_UNKNOWN = (
        "format-unknown",
        "Validators disagree on other formats or skip them.",
        "Use date-time, date, uuid, uri, ipv4 or ipv6, or a pattern.",
    )
    PATTERN_NOT_ANCHORED = (
        "pattern-not-anchored",
        "A pattern without ^ and $ matches anywhere in the text.",
        "Begin it with ^ and end it with $.",
    )
    PATTERN_NOT_PORTABLE = (
        "pattern-not-portable",
        r"\d, \w, \s and \b mean different characters in different languages; others are known to some only.",
        "Write the characters: [0-9], [Aa].",
    )
    ENUM_REPEATED = (
        "enum-repeated",
        "A value listed twice is one too many.",
        "Remove it.",
    )
    REQUIRED_UNDEFINED = (
        "required-undefined",
        "A required field that is not defined can never be sent on a closed object.",
        "Define it or do not require it.",
    )
    NAME_NOT_SNAKE_CASE = (
        "name-not-snake-case",
        "Names become Python attributes and warehouse columns.",
        "Write it like transaction_id.",
    )
    NAME_RESERVED = (
        "name-reserved",
        "The name is taken by something else in the place where the event would have it.",
        "Name the event more closely: batch_started.",
    )
    TITLE_TAKEN = (
        "title-taken",
        "Two events of one class name would hide each other.",
        "Name the event so that more than underscores tells it from the other.",
    )
    MULTIPLE_OF_FRACTION = (
        "multiple-of-fraction",
        "Fractions such as 0.01 have no exact binary form, so validators disagree on what is a multiple.",
        "Count in the smallest unit as an integer, or write the decimal as a patterned string.",
    )
    NAME_TOO_LONG = (
        "name-too-long",
        "Warehouses cut or refuse long names of tables and columns.",
        f"Take at most {LONGEST_EVENT} characters for an event, {LONGEST_COLUMN} for a field with its objects' names.",
    )
    COLUMN_RESERVED = (
        "column-reserved",
        "The warehouse fills this column itself, beside the event's fields.",
        "Name the field otherwise.",
    )
    TABLE_RESERVED = (
        "table-reserved",
        "The tables fct_<event> and stg_<event> are the event's own.",
        "Name the event otherwise.",
    )


class Flaw(NamedTuple):
    """A rule that is broken at one place of the file at hand."""

    rule: LintRule
    tokens: Tokens
    detail: str
