"""Each statement of a file: which kind it is, and then by the rules of its kind."""

from collections.abc import Callable, Iterator, Sequence

from game_events_warehouse.snowflake.lint import loading
from game_events_warehouse.snowflake.lint.access import grant, known_role
from game_events_warehouse.snowflake.lint.alter import alter
from game_events_warehouse.snowflake.lint.create import KINDS, create
from game_events_warehouse.snowflake.lint.objects import Body, Known
from game_events_warehouse.snowflake.lint.queries import unparsable
from game_events_warehouse.snowflake.lint.reading import Finding, Reader, meant, unbalanced
from game_events_warehouse.snowflake.lint.tokens import Kind, Token, statements_of, tokens_of

_QUERIES = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "(", "VALUES"})
_BLOCKS = frozenset({"DECLARE", "BEGIN"})
_WHOLE = frozenset({
    "SHOW", "DESCRIBE", "DESC", "CALL", "SET", "UNSET", "EXECUTE", "COMMIT", "ROLLBACK", "START", "EXPLAIN", "LIST",
    "LS",
    "REMOVE", "RM", "PUT", "GET", "LET", "RETURN", "BEGIN", "DEFINE", "FOR", "WHILE", "LOOP", "REPEAT", "IF", "CASE",
})  # fmt: skip
"""Statements of which only brackets and what never ends are looked at."""
_WITH_CODE = frozenset({"FUNCTION", "PROCEDURE"})


def findings_in(sql: str, known: Known) -> list[Finding]:
    """What is wrong in a file, in the order of its lines. `known` takes what it creates, for the files after it."""
    tokens = tokens_of(sql)
    found: list[Finding] = []
    for statement in statements_of(tokens):
        found += _statement(sql, statement, known)
    return sorted(dict.fromkeys(found), key=lambda finding: finding.line)


def _statement(sql: str, statement: Sequence[Token], known: Known) -> list[Finding]:
    broken = unbalanced(statement)
    if broken is not None:
        return [broken]
    reader = Reader(statement)
    if reader.accept("EXPLAIN") and reader.accept("USING"):
        reader.at += 1
    first = reader.word
    if first in _QUERIES or (first in _BLOCKS and len(statement) > 2):
        return list(_parsed(sql, _without_declarations(statement)))
    if first in _WHOLE or "{{" in reader.shown():
        return []
    if first not in _READ:
        reader.found(f"no statement begins with {reader.shown()}", meant(first, _FIRST))
        return reader.findings
    reader.at += 1
    body = _READ[first](reader, known)
    if not reader.findings:
        if body is not None:
            reader.findings += _of_body(sql, body)
        elif first == "CREATE" and any(token.upper in _WITH_CODE for token in statement[:6]):
            reader.findings += _with_code(sql, statement)
    return reader.findings


def _copy(reader: Reader, known: Known) -> None:
    del known
    if reader.accept("FILES"):
        reader.rest()
    else:
        loading.copy_into(reader)
        reader.nothing_more()


def _with_code(sql: str, statement: Sequence[Token]) -> Iterator[Finding]:
    """A function or procedure, and what it runs where that is SQL."""
    yield from _parsed(sql, statement)
    code, words = statement[-1], [token.upper for token in statement]
    language = words[words.index("LANGUAGE") + 1] if "LANGUAGE" in words[:-1] else "SQL"
    if "PROCEDURE" in words and language == "SQL" and code.kind in (Kind.DOLLAR, Kind.TEXT) and "{{" not in code.text:
        for block in statements_of(tokens_of(code.value)):
            for finding in _parsed(code.value, _without_declarations(block)):
                yield Finding(finding.line + code.line - 1, finding.what, finding.todo)


def _without_declarations(block: Sequence[Token]) -> Sequence[Token]:
    """A block from its BEGIN on: sqlfluff knows not every form of DECLARE."""
    if block[0].upper != "DECLARE":
        return block
    first = next((index for index, token in enumerate(block) if token.upper == "BEGIN"), 0)
    return block[first:]


def _of_body(sql: str, body: Body) -> Iterator[Finding]:
    if not body.tokens:
        return
    if not body.is_expression:
        yield from _parsed(sql, body.tokens)
        return
    yield from _parsed(sql, body.tokens, prefix="select ")


def _parsed(sql: str, tokens: Sequence[Token], *, prefix: str = "") -> Iterator[Finding]:
    text = sql[tokens[0].start : tokens[-1].end]
    if "{{" in text:
        return  # a template is looked at once it is rendered
    yield from unparsable(f"{prefix}{text}\n", tokens[0].line)


def _drop(reader: Reader, known: Known) -> None:
    del known
    verb = reader.tokens[0].upper
    kind = reader.accept_any([*KINDS, "INTEGRATION", "TABLE", "ICEBERG TABLE"])
    if kind is None:
        reader.found(f"{verb} {reader.shown()}", meant(reader.word, KINDS))
        return
    if not reader.accept("IF", "EXISTS") and reader.accept("IF"):
        reader.found(f"{verb} … IF without EXISTS", "write IF EXISTS")
        return
    if reader.name() is None:
        reader.found(f"{verb} {kind} without a name", "name it")
        return
    reader.brackets()
    reader.accept("CASCADE") or reader.accept("RESTRICT") or reader.accept("FORCE")
    reader.nothing_more()


def _use(reader: Reader, known: Known) -> None:
    if reader.accept("SECONDARY", "ROLES"):
        reader.rest()
        return
    reader.accept_any(("WAREHOUSE", "DATABASE", "SCHEMA", "CATALOG"))
    if reader.accept("ROLE"):
        known_role(reader, known)
    elif reader.name() is None:
        reader.found("USE without a name", "name a role, warehouse, database or schema")
    reader.nothing_more()


def _truncate(reader: Reader, known: Known) -> None:
    del known
    reader.accept("MATERIALIZED", "VIEW") or reader.accept("TABLE")
    reader.accept("IF", "EXISTS")
    if reader.name() is None:
        reader.found("TRUNCATE without a name", "name a table")
    reader.nothing_more()


def _comment(reader: Reader, known: Known) -> None:
    del known
    reader.accept("IF", "EXISTS")
    reader.expect("ON", "write COMMENT ON TABLE name IS '…'")
    kind = reader.accept_any([*KINDS, "COLUMN", "INTEGRATION"])
    if kind is None:
        reader.found(f"COMMENT ON {reader.shown()}", meant(reader.word, [*KINDS, "COLUMN"]))
        reader.rest()
        return
    if reader.name() is None:
        reader.found("COMMENT ON nothing", "name the object")
    reader.brackets()
    if reader.expect("IS", "write IS '…'") and not reader.kind_is(Kind.TEXT, Kind.DOLLAR):
        reader.found(f"a comment is {reader.shown()}", "give a text in single quotes")
    reader.rest()


def _revoke(reader: Reader, known: Known) -> None:
    grant(reader, known, revokes=True)


_READ: dict[str, Callable[[Reader, Known], Body | None]] = {
    "CREATE": create,
    "ALTER": alter,
    "GRANT": grant,
    "REVOKE": _revoke,
    "COPY": _copy,
    "DROP": _drop,
    "UNDROP": _drop,
    "USE": _use,
    "TRUNCATE": _truncate,
    "COMMENT": _comment,
}
_FIRST = _QUERIES | _BLOCKS | _WHOLE | set(_READ)
