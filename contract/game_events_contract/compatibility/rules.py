"""The rules of the compatibility gate, each with an id, a tier and the version step it needs.

The reference is Confluent's table for JSON Schema in BACKWARD mode, with one difference: a required field that comes
with a default breaks too, because validation fills in no defaults.
"""

from enum import IntEnum, StrEnum


class Tier(StrEnum):
    """Where a change is felt."""

    WIRE = "WIRE"
    """An event that was valid may be refused."""
    SOURCE = "SOURCE"
    """Every event stays valid; the generated code changes, and code written against it may need to."""
    WAREHOUSE = "WAREHOUSE"
    """A column of the event's tables changes; what it does to columns is said by `columns`, of whole events only."""


class Step(IntEnum):
    """Which part of a SchemaVer has to grow."""

    ADDITION = 0
    REVISION = 1
    MODEL = 2


class ChangeRule(StrEnum):
    """A rule for a change, printed as its id; the version step its change needs, and what the change means."""

    step: Step
    meaning: str

    def __new__(cls, rule_id: str, step: Step, meaning: str) -> "ChangeRule":
        member = str.__new__(cls, rule_id)
        member._value_ = rule_id
        member.step, member.meaning = step, meaning
        return member

    @property
    def id(self) -> str:
        return self.value

    @property
    def tier(self) -> Tier:
        raise NotImplementedError


class CompatibilityRule(ChangeRule):
    """A change of what a schema says: of events that are sent, and of code."""

    @property
    def tier(self) -> Tier:
        """An ADDITION refuses no event; every larger step may."""
        return Tier.SOURCE if self.step is Step.ADDITION else Tier.WIRE

    OPTIONAL_FIELD_ADDED = (
        "optional-field-added",
        Step.ADDITION,
        "A new optional field on a closed object: no event sent so far has it.",
    )
    FIELD_REMOVED_FROM_OPEN_OBJECT = (
        "field-removed-from-open-object",
        Step.ADDITION,
        "Events that carry the field stay valid, but code loses it.",
    )
    FIELD_MADE_OPTIONAL = "field-made-optional", Step.ADDITION, "Code that reads the field has to expect its absence."
    FIELD_CONSTRAINT_REMOVED = (
        "field-constraint-removed",
        Step.ADDITION,
        "A field of an open object is no longer described.",
    )
    TYPE_WIDENED = "type-widened", Step.ADDITION, "More types are allowed than before."
    ENUM_VALUE_ADDED = "enum-value-added", Step.ADDITION, "Code that lists every value has to learn the new one."
    ENUM_REMOVED = "enum-removed", Step.ADDITION, "Any value is allowed where a list stood."
    CONST_WIDENED = "const-widened", Step.ADDITION, "More values are allowed than the one constant."
    BOUND_LOOSENED = "bound-loosened", Step.ADDITION, "A smaller minimum, a larger maximum, or a limit that went away."
    PATTERN_REMOVED = "pattern-removed", Step.ADDITION, "Any text is allowed where a pattern stood."
    PATTERN_LOOSENED = "pattern-loosened", Step.ADDITION, "More text matches than before."
    FORMAT_REMOVED = "format-removed", Step.ADDITION, "Any text is allowed where a format stood."
    UNIQUE_ITEMS_DROPPED = "unique-items-dropped", Step.ADDITION, "Repeated items are allowed."
    MULTIPLE_OF_LOOSENED = "multiple-of-loosened", Step.ADDITION, "More numbers are allowed."
    OBJECT_OPENED = "object-opened", Step.ADDITION, "Unknown fields are allowed."
    CONDITION_REMOVED = (
        "condition-removed",
        Step.ADDITION,
        "A condition (allOf, anyOf, oneOf, if, not, dependent…) went away.",
    )
    CONDITION_LOOSENED = (
        "condition-loosened",
        Step.ADDITION,
        "A condition changed so that it provably refuses no more than before.",
    )
    DEFAULT_CHANGED = "default-changed", Step.ADDITION, "Generated code fills in another value."
    TITLE_CHANGED = "title-changed", Step.ADDITION, "The generated class is named differently."
    DOCUMENTATION_CHANGED = "documentation-changed", Step.ADDITION, "Descriptions, examples and other annotations."

    FIELD_MADE_REQUIRED = "field-made-required", Step.REVISION, "Events without the optional field are rejected."
    FIELD_ADDED_TO_OPEN_OBJECT = (
        "field-added-to-open-object",
        Step.REVISION,
        "Events may already carry that name with another meaning.",
    )
    TYPE_NARROWED = "type-narrowed", Step.REVISION, "Some of the types allowed before are refused."
    ENUM_VALUE_REMOVED = "enum-value-removed", Step.REVISION, "Events with the value are rejected."
    ENUM_ADDED = "enum-added", Step.REVISION, "Only listed values are allowed where anything was."
    CONST_ADDED = "const-added", Step.REVISION, "Only one value is allowed where several were."
    BOUND_TIGHTENED = "bound-tightened", Step.REVISION, "A larger minimum, a smaller maximum, or a new limit."
    PATTERN_ADDED = "pattern-added", Step.REVISION, "Text that does not match is refused."
    PATTERN_CHANGED = "pattern-changed", Step.REVISION, "Text that matched before may not match now."
    FORMAT_ADDED = "format-added", Step.REVISION, "Text that does not parse is refused."
    FORMAT_CHANGED = "format-changed", Step.REVISION, "Text that parsed before may not parse now."
    UNIQUE_ITEMS_REQUIRED = "unique-items-required", Step.REVISION, "Lists with repeated items are refused."
    MULTIPLE_OF_TIGHTENED = "multiple-of-tightened", Step.REVISION, "Some numbers are refused."
    OBJECT_CLOSED = "object-closed", Step.REVISION, "Events with unknown fields are rejected."
    VALUES_FORBIDDEN = "values-forbidden", Step.REVISION, "No value is allowed where some were."
    CONDITION_ADDED = "condition-added", Step.REVISION, "A new condition may refuse what was valid."
    CONDITION_CHANGED = "condition-changed", Step.REVISION, "A condition changed and may refuse what was valid."

    REQUIRED_FIELD_ADDED = (
        "required-field-added",
        Step.MODEL,
        "No event sent so far has the field; a default does not help, nothing fills it in.",
    )
    FIELD_REMOVED = (
        "field-removed",
        Step.MODEL,
        "Events that carry the field are rejected, and whoever reads it loses it.",
    )
    TYPE_CHANGED = "type-changed", Step.MODEL, "No value of the old type is allowed any more."
    CONST_CHANGED = "const-changed", Step.MODEL, "The one value allowed before is refused."
    ENUM_REPLACED = "enum-replaced", Step.MODEL, "None of the values allowed before is allowed now."
    DIALECT_CHANGED = "dialect-changed", Step.MODEL, "The schema is written in another dialect of JSON Schema."
    KEYWORD_UNKNOWN = (
        "keyword-unknown",
        Step.MODEL,
        "The gate does not understand this keyword and passes nothing it does not understand.",
    )
