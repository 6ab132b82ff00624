"""The keywords of JSON Schema 2020-12, and what each one's value is: the one table that every walk reads."""

from enum import Enum, StrEnum, auto


class Holds(Enum):
    """What the value of a keyword is."""

    SCHEMA = auto()
    """One schema."""
    SCHEMAS = auto()
    """A list of schemas."""
    NAMED_SCHEMAS = auto()
    """A schema for each name. The names are anybody's: one that looks like a keyword is none."""
    REFERENCE = auto()
    """A URI that leads to another schema."""
    ANCHOR = auto()
    """A name for a place, or a reference by such a name. Lint and gate follow none and refuse them."""
    IDENTITY = auto()
    """What a whole document is; further down it would change what the references and keywords below it mean."""
    DATA = auto()
    """A limit, names, values: no schema, whatever it looks like."""
    NOTE = auto()
    """Words for readers: no value is refused by them."""


class Applies(Enum):
    """How a subschema bears on the values of the schema that it stands in."""

    ALWAYS = auto()
    """It says what a value, or a part of it, has to be."""
    BESIDE = auto()
    """It adds to what stands beside it, which says the rest."""
    ALTERNATIVELY = auto()
    """It is one of several."""
    CONDITIONALLY = auto()
    """It is a condition, or what holds on one."""
    WITH_A_FIELD = auto()
    """It holds for objects that have the field it is named by."""
    NEGATED = auto()
    """It says what a value must not be."""
    ON_REFERENCE = auto()
    """It says nothing until something refers to it."""


class Keyword(StrEnum):
    """A keyword as it is spelled, with what its value is and, where that is a schema, how it applies."""

    holds: Holds
    applies: Applies | None

    def __new__(cls, spelling: str, holds: Holds, applies: Applies | None = None) -> "Keyword":
        member = str.__new__(cls, spelling)
        member._value_ = spelling
        member.holds, member.applies = holds, applies
        return member

    ID = "$id", Holds.IDENTITY
    SCHEMA = "$schema", Holds.IDENTITY
    VOCABULARY = "$vocabulary", Holds.DATA
    REF = "$ref", Holds.REFERENCE
    DEFS = "$defs", Holds.NAMED_SCHEMAS, Applies.ON_REFERENCE
    DEFINITIONS = "definitions", Holds.NAMED_SCHEMAS, Applies.ON_REFERENCE  # its name before 2019-09, still taken
    ANCHOR = "$anchor", Holds.ANCHOR
    DYNAMIC_ANCHOR = "$dynamicAnchor", Holds.ANCHOR
    DYNAMIC_REF = "$dynamicRef", Holds.ANCHOR
    RECURSIVE_ANCHOR = "$recursiveAnchor", Holds.ANCHOR  # of 2019-09, as the next
    RECURSIVE_REF = "$recursiveRef", Holds.ANCHOR

    TYPE = "type", Holds.DATA
    ENUM = "enum", Holds.DATA
    CONST = "const", Holds.DATA
    DEFAULT = "default", Holds.DATA
    TITLE = "title", Holds.DATA

    MINIMUM = "minimum", Holds.DATA
    MAXIMUM = "maximum", Holds.DATA
    EXCLUSIVE_MINIMUM = "exclusiveMinimum", Holds.DATA
    EXCLUSIVE_MAXIMUM = "exclusiveMaximum", Holds.DATA
    MULTIPLE_OF = "multipleOf", Holds.DATA

    MIN_LENGTH = "minLength", Holds.DATA
    MAX_LENGTH = "maxLength", Holds.DATA
    PATTERN = "pattern", Holds.DATA
    FORMAT = "format", Holds.DATA

    ITEMS = "items", Holds.SCHEMA, Applies.ALWAYS
    PREFIX_ITEMS = "prefixItems", Holds.SCHEMAS, Applies.ALWAYS
    CONTAINS = "contains", Holds.SCHEMA, Applies.ALWAYS
    UNEVALUATED_ITEMS = "unevaluatedItems", Holds.SCHEMA, Applies.ALWAYS
    MIN_ITEMS = "minItems", Holds.DATA
    MAX_ITEMS = "maxItems", Holds.DATA
    UNIQUE_ITEMS = "uniqueItems", Holds.DATA
    MIN_CONTAINS = "minContains", Holds.DATA
    MAX_CONTAINS = "maxContains", Holds.DATA

    PROPERTIES = "properties", Holds.NAMED_SCHEMAS, Applies.ALWAYS
    PATTERN_PROPERTIES = "patternProperties", Holds.NAMED_SCHEMAS, Applies.ALWAYS
    ADDITIONAL_PROPERTIES = "additionalProperties", Holds.SCHEMA, Applies.ALWAYS
    UNEVALUATED_PROPERTIES = "unevaluatedProperties", Holds.SCHEMA, Applies.ALWAYS
    PROPERTY_NAMES = "propertyNames", Holds.SCHEMA, Applies.ALWAYS
    REQUIRED = "required", Holds.DATA
    MIN_PROPERTIES = "minProperties", Holds.DATA
    MAX_PROPERTIES = "maxProperties", Holds.DATA

    ALL_OF = "allOf", Holds.SCHEMAS, Applies.BESIDE
    ANY_OF = "anyOf", Holds.SCHEMAS, Applies.ALTERNATIVELY
    ONE_OF = "oneOf", Holds.SCHEMAS, Applies.ALTERNATIVELY
    NOT = "not", Holds.SCHEMA, Applies.NEGATED
    IF = "if", Holds.SCHEMA, Applies.CONDITIONALLY
    THEN = "then", Holds.SCHEMA, Applies.CONDITIONALLY
    ELSE = "else", Holds.SCHEMA, Applies.CONDITIONALLY
    DEPENDENT_REQUIRED = "dependentRequired", Holds.DATA
    DEPENDENT_SCHEMAS = "dependentSchemas", Holds.NAMED_SCHEMAS, Applies.WITH_A_FIELD

    CONTENT_ENCODING = "contentEncoding", Holds.DATA
    CONTENT_MEDIA_TYPE = "contentMediaType", Holds.DATA
    CONTENT_SCHEMA = "contentSchema", Holds.SCHEMA, Applies.ALWAYS

    DESCRIPTION = "description", Holds.NOTE
    EXAMPLES = "examples", Holds.NOTE
    DEPRECATED = "deprecated", Holds.NOTE
    READ_ONLY = "readOnly", Holds.NOTE
    WRITE_ONLY = "writeOnly", Holds.NOTE
    COMMENT = "$comment", Holds.NOTE
    REASON = "$reason", Holds.NOTE  # ours: why the version was made
    MESSAGE = "x-message", Holds.NOTE  # ours: what to say to whoever sent a value that is refused here
    PII = "x-pii", Holds.NOTE  # ours, as the next three: which kind of personal data a field holds
    UNIT = "x-unit", Holds.NOTE  # what its numbers count
    OWNER = "x-owner", Holds.NOTE  # who answers for it
    DECIMAL = "x-decimal", Holds.NOTE  # the digits and decimals of a number that is sent as text
    SINCE = "x-since", Holds.NOTE  # since when games fill it in
    SUPERSEDES = "$supersedes", Holds.DATA  # ours: the faulty versions that this one judges


_BY_SPELLING = {str(keyword): keyword for keyword in Keyword}
DEFINITIONS = frozenset(keyword for keyword in Keyword if keyword.applies is Applies.ON_REFERENCE)
"""Where schemas stand that say nothing until something refers to them."""
NOTES = tuple(keyword for keyword in Keyword if keyword.holds is Holds.NOTE)
"""What only readers read."""


def keyword_named(name: str) -> Keyword | None:
    """The keyword that is spelled like this; None for what validators skip."""
    return _BY_SPELLING.get(name)


def is_annotation(name: str) -> bool:
    """Whether it is a word of somebody's own for readers and tools: validators skip it on purpose."""
    return name.startswith("x-")


def is_followed(name: str, *, at_root: bool) -> bool:
    """Whether lint and gate know what the keyword does there: it is none that could lead elsewhere unseen."""
    if is_annotation(name):
        return True
    keyword = keyword_named(name)
    if keyword is None or keyword.holds is Holds.ANCHOR:
        return False
    return at_root or keyword.holds is not Holds.IDENTITY
