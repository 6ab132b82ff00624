"""Masking and row access policies: their signature and what they return."""

from collections.abc import Sequence

from game_events_warehouse.snowflake.lint.data_types import read_type
from game_events_warehouse.snowflake.lint.kinds import COMMENT
from game_events_warehouse.snowflake.lint.options import Options, read_options
from game_events_warehouse.snowflake.lint.reading import Reader
from game_events_warehouse.snowflake.lint.tokens import Token
from game_events_warehouse.snowflake.lint.values import flag

_BEHIND = Options("MASKING POLICY", COMMENT | {"EXEMPT_OTHER_POLICIES": flag})
_SAME = {
    **dict.fromkeys(("STRING", "TEXT", "CHAR", "CHARACTER", "NCHAR", "NVARCHAR", "NVARCHAR2"), "VARCHAR"),
    **dict.fromkeys(("DECIMAL", "DEC", "NUMERIC", "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT"), "NUMBER"),
    **dict.fromkeys(("DOUBLE", "DOUBLE PRECISION", "REAL", "FLOAT4", "FLOAT8"), "FLOAT"),
    **dict.fromkeys(("TIMESTAMPNTZ", "DATETIME", "TIMESTAMP"), "TIMESTAMP_NTZ"),
    "TIMESTAMPLTZ": "TIMESTAMP_LTZ",
    "TIMESTAMPTZ": "TIMESTAMP_TZ",
    "VARBINARY": "BINARY",
}


def masking_policy(reader: Reader) -> Sequence[Token]:
    """Behind CREATE MASKING POLICY name; returns the expression that masks."""
    line = reader.line
    arguments = _signature(reader)
    returns = _returns(reader)
    if arguments and returns is not None and _plain(arguments[0]) != _plain(returns):
        what = f"a masking policy takes {arguments[0]} and returns {returns}"
        reader.found(what, "make both the same: the column keeps its type", line=line)
    return _expression(reader)


def row_access_policy(reader: Reader) -> Sequence[Token]:
    """Behind CREATE ROW ACCESS POLICY name; returns the condition."""
    line = reader.line
    _signature(reader)
    returns = _returns(reader)
    if returns is not None and _plain(returns) != "BOOLEAN":
        reader.found(f"a row access policy returns {returns}", "make it BOOLEAN", line=line)
    return _expression(reader)


def _plain(type_: str) -> str:
    base = type_.partition("(")[0]
    return _SAME.get(base, base)


def _signature(reader: Reader) -> list[str]:
    if not reader.expect("AS", "write AS (value VARCHAR) RETURNS VARCHAR -> …"):
        return []
    line, inside = reader.line, reader.brackets()
    if inside is None:
        reader.found("a policy without a signature", "write AS (value VARCHAR)", line=line)
        return []
    types: list[str] = []
    names: set[str] = set()
    while not inside.ended:
        name = inside.name()
        if name is None:
            inside.found(f"an argument is named {inside.shown()}", "name it")
            return types
        if name in names:
            inside.found(f"the argument {name} is there twice", "name one otherwise")
        names.add(name)
        type_ = read_type(inside)
        if type_ is None:
            inside.found(f"the argument {name} has no type", "write its type behind its name")
            return types
        types.append(type_)
        if not inside.ended and not inside.accept(","):
            inside.found("a comma is missing between arguments", "separate them by commas")
            return types
    if not types:
        reader.found("a policy without arguments", "name the value that it masks: (value VARCHAR)", line=line)
    return types


def _returns(reader: Reader) -> str | None:
    if not reader.expect("RETURNS", "write RETURNS and the type"):
        return None
    type_ = read_type(reader)
    if type_ is None:
        reader.found("RETURNS without a type", "write the type behind it")
    return type_


def _expression(reader: Reader) -> Sequence[Token]:
    if not reader.expect("->", "write -> and the expression"):
        return reader.rest()
    line = reader.line
    tokens = reader.until(
        lambda here: here.ahead("COMMENT", "=") or here.ahead("EXEMPT_OTHER_POLICIES") or here.word == ";"
    )
    if not tokens:
        reader.found("a policy without an expression", "write one behind ->", line=line)
    read_options(reader, _BEHIND)
    return tokens
