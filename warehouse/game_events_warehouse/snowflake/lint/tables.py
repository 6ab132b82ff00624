"""CREATE TABLE: columns, constraints, clustering."""

from dataclasses import dataclass, field

from game_events_warehouse.snowflake.lint.data_types import NOT_CLUSTERABLE, is_narrow_for_exchange_rates, read_type
from game_events_warehouse.snowflake.lint.options import TAGS, read_tags
from game_events_warehouse.snowflake.lint.reading import Reader, meant
from game_events_warehouse.snowflake.lint.tokens import Kind, Token
from game_events_warehouse.snowflake.lint.values import text

MOST_KEYS = 4
"""Snowflake advises three or four columns in a clustering key at the most."""


@dataclass
class Table:
    """The columns of a table, as far as the files say: name → type; of those computed from others, `virtual`."""

    columns: dict[str, str] = field(default_factory=dict)
    virtual: set[str] = field(default_factory=set)


_CONSTRAINTS = ("PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CONSTRAINT", "INDEX", "CHECK")
_PROPERTIES = (
    "NOT ENFORCED", "ENFORCED", "NOT DEFERRABLE", "DEFERRABLE", "INITIALLY DEFERRED", "INITIALLY IMMEDIATE", "ENABLE",
    "DISABLE", "VALIDATE", "NOVALIDATE", "RELY", "NORELY", "ENABLE VALIDATE", "ENABLE NOVALIDATE",
    "MATCH FULL", "MATCH SIMPLE", "MATCH PARTIAL",
)  # fmt: skip
_ACTIONS = ("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION")
_CLAUSES = frozenset(
    {"NOT", "NULL", "DEFAULT", "AUTOINCREMENT", "IDENTITY", "COLLATE", "WITH", "MASKING", "PROJECTION", "TAG"}
) | {"COMMENT", "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "REFERENCES", "AS", "GENERATED", "UNSET", "ORDER"}


_POLICIES = ("WITH MASKING POLICY", "MASKING POLICY", "WITH PROJECTION POLICY", "PROJECTION POLICY")


def read_columns(inside: Reader, *, typed: bool = True) -> Table:
    """The list of columns in a table's brackets; `typed` unless what follows gives the types."""
    table = Table()
    if inside.ended:
        inside.found("a table without columns", "name its columns in the brackets", line=inside.line)
    while not inside.ended:
        inside.accept("IF", "NOT", "EXISTS")  # of ALTER TABLE … ADD
        if any(inside.ahead(*words.split()) for words in _CONSTRAINTS):
            _constraint(inside, table)
        else:
            _column(inside, table, typed=typed)
        if inside.ended:
            return table
        if not inside.accept(","):
            inside.found(f"unexpected {inside.shown()} in a column", "put a comma before it, or remove it")
            inside.until(lambda here: here.word == ",")
            inside.accept(",")
        elif inside.ended:
            inside.at -= 1
            inside.found("a comma with no column behind it", "remove it")
            inside.at += 1
    return table


def _column(inside: Reader, table: Table, *, typed: bool) -> None:
    line = inside.line
    if not inside.kind_is(Kind.WORD, Kind.QUOTED):
        inside.found(f"a column is named {inside.shown()}", "give it a name")
        inside.until(lambda here: here.word == ",")
        return
    name = inside.name() or ""
    if name in table.columns:
        inside.found(f"the column {name} is there twice", "remove one, or name it otherwise", line=line)
    type_ = ""
    if not inside.ended and inside.word not in {",", *_CLAUSES}:
        type_ = read_type(inside) or ""
    if not type_ and typed and not inside.ahead("AS"):
        inside.found(f"the column {name} has no type", "write its type behind its name", line=line)
    if is_narrow_for_exchange_rates(name, type_):
        todo = "use NUMBER(24,12): small currencies have rates such as 0.00006"
        inside.found(f"exchange rates in {type_}", todo, line=line)
    table.columns[name] = type_
    if _column_clauses(inside):
        table.virtual.add(name)


def _column_clauses(inside: Reader) -> bool:
    """What stands behind a column's type; whether it makes the column virtual."""
    virtual = False
    while not inside.ended and inside.word != ",":
        if inside.accept("NOT", "NULL") or inside.accept("NULL"):
            continue
        if inside.accept("DEFAULT"):
            _default(inside)
        elif inside.accept("AUTOINCREMENT") or inside.accept("IDENTITY"):
            _identity(inside)
        elif inside.accept("COLLATE"):
            text(wanted="a collation such as 'en-ci'")(inside, "COLLATE")
        elif inside.accept("COMMENT"):
            inside.accept("=")
            text()(inside, "COMMENT")
        elif inside.accept_any(TAGS) is not None:
            read_tags(inside)
        elif inside.accept_any(_POLICIES) is not None:
            _policy(inside)
        elif inside.accept_any(("GENERATED ALWAYS AS", "AS")) is not None:
            virtual = True
            if inside.brackets() is None and not inside.until(lambda here: here.word in _CLAUSES | {","}):
                inside.found("a virtual column of nothing", "write AS (expression)")
            inside.accept("STORED") or inside.accept("VIRTUAL")
        elif not _inline_constraint(inside):
            return virtual
    return virtual


def _default(inside: Reader) -> None:
    found = inside.until(lambda here: here.word in _CLAUSES | {","} and not here.ahead("NULL"))
    if not found:
        inside.found("DEFAULT without a value", "give a value or an expression")


def _identity(inside: Reader) -> None:
    inside.brackets()
    while inside.accept_any(("START WITH", "START", "INCREMENT BY", "INCREMENT")) is not None:
        inside.accept("=")
        inside.accept("-")
        if not inside.kind_is(Kind.NUMBER):
            inside.found(f"a start or increment is {inside.shown()}", "give a whole number")
            return
        inside.at += 1
    inside.accept("ORDER") or inside.accept("NOORDER")


def _policy(inside: Reader) -> None:
    if inside.name() is None:
        inside.found("a policy without a name", "name the policy")
    if inside.accept("USING"):
        inside.brackets()


def _inline_constraint(inside: Reader) -> bool:
    start = inside.at
    if inside.accept("CONSTRAINT"):
        inside.name()
    if inside.accept("PRIMARY", "KEY") or inside.accept("UNIQUE"):
        _properties(inside)
    elif inside.accept("FOREIGN", "KEY") or inside.ahead("REFERENCES"):
        _references(inside)
    elif inside.accept("CHECK"):
        _check(inside)
    return inside.at > start


def _check(inside: Reader) -> None:
    if inside.brackets() is None:
        inside.found("CHECK without brackets", "write CHECK (condition)")
    _properties(inside)


def _references(inside: Reader) -> None:
    if inside.accept("REFERENCES"):
        if inside.name() is None:
            inside.found("REFERENCES without a table", "name the table")
        inside.brackets()
    _properties(inside)


def _properties(inside: Reader) -> None:
    while not inside.ended:
        if inside.accept("ON"):
            inside.accept("DELETE") or inside.accept("UPDATE")
            inside.accept_any(_ACTIONS)
        elif inside.accept_any(_PROPERTIES) is not None:
            continue
        elif inside.accept("COMMENT"):
            text()(inside, "COMMENT")
        else:
            return


def _constraint(inside: Reader, table: Table) -> None:
    if inside.accept("CONSTRAINT"):
        inside.name()
    if inside.accept("CHECK"):
        _check(inside)
        return
    if inside.accept_any(("PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "INDEX")) is None:
        inside.found(f"unexpected {inside.shown()} for a constraint", "write PRIMARY KEY, UNIQUE or FOREIGN KEY")
        inside.until(lambda here: here.word == ",")
        return
    if inside.word != "(":
        inside.name()  # an index has one
    columns = inside.brackets()
    if columns is None:
        inside.found("a constraint without columns", "name them in brackets")
    else:
        known_columns(columns, table, "the constraint")
    if inside.accept("INCLUDE"):
        inside.brackets()
    _references(inside)


def known_columns(inside: Reader, table: Table, where: str) -> None:
    """A finding for each name in a list that is no column of the table."""
    while not inside.ended:
        line, name = inside.line, inside.name()
        if name is None:
            inside.found(f"{where} names {inside.shown()}", "name a column")
            return
        if table.columns and name not in table.columns:
            inside.found(f"{where} names {name}, which is no column", meant(name, table.columns), line=line)
        if not inside.ended and not inside.accept(","):
            inside.found(f"a comma is missing in {where}", "separate the columns by commas")
            return


def check_clustering(inside: Reader, table: Table | None) -> None:
    """CLUSTER BY (…): what Snowflake takes, and what it advises."""
    line = inside.line
    if inside.ended:
        inside.found("CLUSTER BY without a column", "name one to three columns", line=line)
        return
    keys: list[list[Token]] = []
    while not inside.ended:
        keys.append(list(inside.until(lambda here: here.word == ",")))
        if not keys[-1]:
            inside.found("CLUSTER BY with an empty key", "remove the comma")
        if not inside.accept(","):
            break
    if len(keys) > MOST_KEYS:
        todo = f"take the one to three that queries filter by; Snowflake advises at most {MOST_KEYS}"
        inside.found(f"CLUSTER BY with {len(keys)} keys", todo, line=line)
    for key in keys:
        _check_key(inside, key, table or Table())


def _check_key(inside: Reader, key: list[Token], table: Table) -> None:
    if len(key) == 2 and all(token.kind is Kind.WORD for token in key):
        inside.found(f"CLUSTER BY {key[0].text} {key[1].text}", "separate the keys by commas", line=key[0].line)
    for token in key:
        name = token.upper if token.kind is Kind.WORD else token.text
        if name in table.virtual:
            todo = "cluster by the expression behind it, or store the column"
            inside.found(f"CLUSTER BY {name}, which is virtual: it is not stored", todo, line=token.line)
    if len(key) != 1 or not table.columns:
        return
    name, line = (key[0].upper or key[0].text), key[0].line
    if key[0].kind in (Kind.WORD, Kind.QUOTED) and "{{" not in name and name not in table.columns:
        inside.found(f"CLUSTER BY {name}, which is no column", meant(name, table.columns), line=line)
    elif table.columns.get(name, "").partition("(")[0] in NOT_CLUSTERABLE:
        todo = "cluster by an expression that reads a scalar of it, with a cast"
        inside.found(f"CLUSTER BY {name}, which is {table.columns[name]}", todo, line=line)
