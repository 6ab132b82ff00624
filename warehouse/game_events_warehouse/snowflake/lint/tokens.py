"""SQL text as tokens with the lines they stand in, and tokens as statements.

A template's `{{ … }}` is part of the word that it stands in, and `{% … %}` is white space: the files of schemachange
and dbt can be looked at before they are rendered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    WORD = auto()
    QUOTED = auto()  # "a name"
    TEXT = auto()  # 'a text'
    DOLLAR = auto()  # $$ a text $$
    NUMBER = auto()
    STAGE = auto()  # @stage/path
    PARAMETER = auto()  # $1, :name, ?
    MARK = auto()
    BROKEN = auto()  # what begins and never ends


@dataclass(frozen=True)
class Token:
    kind: Kind
    text: str
    line: int
    start: int
    end: int

    @property
    def upper(self) -> str:
        """What it says, whatever its letters' case; of what is in quotes, nothing."""
        return self.text.upper() if self.kind in (Kind.WORD, Kind.MARK, Kind.NUMBER, Kind.PARAMETER) else ""

    @property
    def value(self) -> str:
        """A text without its quotes."""
        if self.kind is Kind.TEXT:
            return self.text[1:-1].replace("''", "'")
        return self.text[2:-2] if self.kind is Kind.DOLLAR else self.text


_PATTERNS = (
    ("space", r"\s+|--[^\n]*|//[^\n]*|/\*.*?\*/|\{%.*?%\}|\{\#.*?\#\}"),
    (Kind.BROKEN, r"/\*"),
    (Kind.DOLLAR, r"\$\$.*?\$\$"),
    (Kind.BROKEN, r"\$\$"),
    (Kind.TEXT, r"'(?:[^'\\]|''|\\.)*'"),
    (Kind.BROKEN, r"'"),
    (Kind.QUOTED, r'"(?:[^"]|"")*"'),
    (Kind.BROKEN, r'"'),
    (Kind.STAGE, r"@(?:\{\{.*?\}\}|\"[^\"]*\"|[^\s;,()'\"])+"),
    (Kind.NUMBER, r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w{])"),
    (Kind.WORD, r"(?:[^\W\d]|\{\{.*?\}\}|\d+(?=[^\W\d]|\{\{))(?:[\w$]|\{\{.*?\}\})*"),
    (Kind.PARAMETER, r"\$[\w]+|\?"),
    (Kind.MARK, r"=>|::|->>|->|\|\||<>|!=|<=|>=|."),
)
_TOKEN = re.compile("|".join(f"(?P<g{index}>{pattern})" for index, (_, pattern) in enumerate(_PATTERNS)), re.DOTALL)


def tokens_of(sql: str) -> list[Token]:
    """Every token but white space and comments. What never ends is one BROKEN token up to the end."""
    found: list[Token] = []
    line, at = 1, 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        assert match is not None  # the last pattern takes any character
        assert match.lastgroup is not None
        kind = _PATTERNS[int(match.lastgroup[1:])][0]
        end = len(sql) if kind is Kind.BROKEN else match.end()
        if isinstance(kind, Kind):
            found.append(Token(kind, sql[at:end], line, at, end))
        line += sql.count("\n", at, end)
        at = end
    return found


def statements_of(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each statement, without the semicolon. One inside a block of Snowflake Scripting ends none."""
    statement: list[Token] = []
    depth, declares = 0, False
    for index, token in enumerate(tokens):
        before = statement[-1].upper if statement else ""
        after = tokens[index + 1].upper if index + 1 < len(tokens) else ""
        if token.upper == ";" and not depth and not declares:
            if statement:
                yield statement
            statement = []
            continue
        if depth or declares or before in ("", "AS"):
            declares = token.upper == "DECLARE" or (declares and token.upper != "BEGIN")
            depth = max(0, depth + _step(token.upper, before, after, within=depth > 0))
        statement.append(token)
    if statement:
        yield statement


_NO_BLOCK = frozenset({"TRANSACTION", "WORK", "NAME", ";", ""})
_NAMED_ENDS = frozenset({"IF", "LOOP", "FOR", "WHILE", "REPEAT"})


def _step(word: str, before: str, after: str, *, within: bool) -> int:
    """How much deeper in blocks one is behind the word."""
    if word == "BEGIN":
        return int(after not in _NO_BLOCK)
    if not within:
        return 0
    if word == "CASE":
        return int(before != "END")
    return -1 if word == "END" and after not in _NAMED_ENDS else 0
