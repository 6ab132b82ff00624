"""Snowflake's data types, with what may stand in their brackets."""

from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.tokens import Kind

_FIXED = frozenset({"NUMBER", "DECIMAL", "DEC", "NUMERIC"})
_WHOLE = frozenset({"INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"})
_REAL = frozenset({"FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL"})
_TEXT = frozenset(
    {"VARCHAR", "STRING", "TEXT", "CHAR", "CHARACTER", "NCHAR", "NVARCHAR", "NVARCHAR2", "CHAR VARYING"}
) | {"NCHAR VARYING", "CHARACTER VARYING"}
_BYTES = frozenset({"BINARY", "VARBINARY"})
_MOMENTS = frozenset(
    {"TIME", "DATETIME", "TIMESTAMP", "TIMESTAMP_LTZ", "TIMESTAMP_NTZ", "TIMESTAMP_TZ", "TIMESTAMPLTZ"}
) | {"TIMESTAMPNTZ", "TIMESTAMPTZ"}
_ZONES = ("WITH TIME ZONE", "WITHOUT TIME ZONE", "WITH LOCAL TIME ZONE")
_SEMI = frozenset({"VARIANT", "OBJECT", "ARRAY", "MAP"})
_OTHERS = frozenset({"BOOLEAN", "DATE", "GEOGRAPHY", "GEOMETRY", "VECTOR", "FILE", "DECFLOAT", "UUID"})
TYPES = _FIXED | _WHOLE | _REAL | _TEXT | _BYTES | _MOMENTS | _SEMI | _OTHERS
ELSEWHERE = {
    "JSON": "VARIANT", "JSONB": "VARIANT", "STRUCT": "OBJECT", "BLOB": "BINARY", "BYTEA": "BINARY", "CLOB": "VARCHAR",
    "LONGTEXT": "VARCHAR", "BIT": "BOOLEAN", "BOOL": "BOOLEAN", "INT64": "NUMBER(38,0)", "INT4": "NUMBER(38,0)",
    "INT8": "NUMBER(38,0)", "FLOAT64": "FLOAT", "SERIAL": "NUMBER AUTOINCREMENT", "MONEY": "NUMBER(18,4)",
    "BIGSERIAL": "NUMBER AUTOINCREMENT", "DATETIME2": "TIMESTAMP_NTZ", "TIMESTAMP_UTC": "TIMESTAMP_NTZ",
    "UNIQUEIDENTIFIER": "VARCHAR(36)", "ENUM": "VARCHAR", "LONG": "NUMBER(38,0)", "BIGDECIMAL": "NUMBER(38,9)",
    "MEDIUMINT": "INTEGER", "HUGEINT": "NUMBER(38,0)", "BIGNUMERIC": "NUMBER(38,9)", "NTEXT": "VARCHAR",
}  # fmt: skip
"""Types of other databases, with what Snowflake has for them."""
NOT_CLUSTERABLE = _SEMI | {"GEOGRAPHY", "GEOMETRY", "VECTOR"}
DIGITS, LETTERS, BYTES, FRACTION, DIMENSIONS = 38, 134_217_728, 67_108_864, 9, 4096
"""The most that Snowflake documents: digits of a number, characters, bytes, decimals of a second, of a vector."""


def read_type(reader: Reader) -> str | None:
    """A type, in capitals and with its brackets: NUMBER(18,4); None where none is next. Finds what it cannot have."""
    line = reader.line
    if not reader.kind_is(Kind.WORD):
        return None
    if reader.word not in TYPES and not reader.accept_any(()):
        word = reader.word
        if "{{" in word:
            reader.at += 1
            return "{{ }}"
        elsewhere = ELSEWHERE.get(word)
        todo = f"use {elsewhere}" if elsewhere else meant(word, TYPES)
        reader.found(
            f"there is no data type {reader.shown()}",
            "use a data type of Snowflake" if todo.startswith("remove") else todo,
        )
        reader.at += 1
        reader.brackets()
        return "UNKNOWN"
    base = reader.accept_any(TYPES)
    assert base is not None
    inside = reader.brackets() if reader.word == "(" else None
    if base in ("TIMESTAMP", "DATETIME"):
        reader.accept_any(_ZONES)
    if inside is None:
        return base
    if base in ("ARRAY", "MAP"):
        read_type(inside)
    if base in ("ARRAY", "OBJECT", "MAP"):
        return base  # what is in a structured type counts for nothing else
    arguments = "".join(token.text for token in inside.tokens)
    problem = _problem(base, arguments.upper())
    if problem is not None:
        reader.found(f"{base}({arguments})", problem, line=line)
    return f"{base}({arguments})"


def _problem(base: str, arguments: str) -> str | None:
    """What to do about the brackets of a type; None where they are right."""
    if "{{" in arguments:
        return None
    if base == "VECTOR":
        kind, _, size = arguments.partition(",")
        right = kind in ("FLOAT", "INT") and size.isdigit() and 1 <= int(size) <= DIMENSIONS
        return None if right else f"write VECTOR(FLOAT, n) or VECTOR(INT, n), n up to {DIMENSIONS}"
    parts = arguments.split(",")
    if not all(part.isdigit() for part in parts) or len(parts) > 2:
        return "give whole numbers"
    numbers = [int(part) for part in parts]
    if base in _FIXED:
        return _fixed(numbers[0], numbers[1] if len(numbers) == 2 else 0)
    most = {**dict.fromkeys(_TEXT, LETTERS), **dict.fromkeys(_BYTES, BYTES), **dict.fromkeys(_MOMENTS, FRACTION)}
    most["DECFLOAT"] = DIGITS
    if base not in most or len(numbers) != 1:
        return f"write {base}{'(n)' if base in most else ' without brackets'}"
    least = 0 if base in _MOMENTS else 1
    return None if least <= numbers[0] <= most[base] else f"give a number from {least} to {most[base]}"


def _fixed(precision: int, scale: int) -> str | None:
    if not 1 <= precision <= DIGITS:
        return f"a number has at most {DIGITS} digits"
    if scale > precision or scale > DIGITS - 1:
        return f"the scale, {scale}, cannot be more than the precision, {precision}, or {DIGITS - 1}"
    return None


def is_narrow_for_exchange_rates(name: str, type_: str) -> bool:
    """Whether a column of exchange rates lacks the decimals: one rupiah is 0.00006 dollars,
    to five digits 10 decimals."""
    base, _, arguments = type_.rstrip(")").partition("(")
    if base not in _FIXED or not arguments.replace(",", "").isdigit():
        return False
    words = set(name.strip('"').lower().split("_"))
    of_money = {"exchange", "fx", "usd", "eur", "currency", "conversion", "rate"} & words
    if not {"rate", "rates"} & words or not (of_money - {"rate"} or words == {"rate"}):
        return False
    return int(arguments.partition(",")[2] or 0) < 10
