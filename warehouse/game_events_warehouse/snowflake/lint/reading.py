"""A statement that is read token by token, and what was found wrong with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from game_events_warehouse.snowflake.lint.tokens import Kind, Token

_OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Finding:
    """What is wrong in a line of a file, and what to do about it."""

    line: int
    what: str
    todo: str

    def __str__(self) -> str:
        return f"{self.line}: {self.what}; {self.todo}"


@dataclass
class Reader:
    """The tokens of one statement, where one is in them, and the findings so far."""

    tokens: Sequence[Token]
    at: int = 0
    findings: list[Finding] = field(default_factory=list)

    def found(self, what: str, todo: str, *, line: int | None = None) -> None:
        self.findings.append(Finding(self.line if line is None else line, what, todo))

    @property
    def ended(self) -> bool:
        return self.at >= len(self.tokens)

    @property
    def token(self) -> Token | None:
        return None if self.ended else self.tokens[self.at]

    @property
    def line(self) -> int:
        return self.tokens[min(self.at, len(self.tokens) - 1)].line if self.tokens else 1

    @property
    def word(self) -> str:
        """The next token in capitals; nothing at the end or where a quoted name or text is next."""
        return "" if self.ended else self.tokens[self.at].upper

    def shown(self) -> str:
        """What stands here, for a finding."""
        return "the end of the statement" if self.ended else " ".join(self.tokens[self.at].text[:40].split())

    def ahead(self, *words: str) -> bool:
        return all(
            self.at + offset < len(self.tokens) and self.tokens[self.at + offset].upper == word
            for offset, word in enumerate(words)
        )

    def accept(self, *words: str) -> bool:
        """Whether these words come next, which are then read."""
        if not self.ahead(*words):
            return False
        self.at += len(words)
        return True

    def accept_any(self, phrases: Iterable[str]) -> str | None:
        """The longest of the phrases that comes next, which is then read."""
        for phrase in sorted(phrases, key=lambda phrase: -phrase.count(" ")):
            if self.accept(*phrase.split()):
                return phrase
        return None

    def kind_is(self, *kinds: Kind) -> bool:
        return not self.ended and self.tokens[self.at].kind in kinds

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expect(self, word: str, todo: str) -> bool:
        if self.accept(word):
            return True
        self.found(f"{word} expected, found {self.shown()}", todo)
        return False

    def name(self) -> str | None:
        """A name, dotted or not, unquoted parts in capitals; None, and nothing read, where none is next."""
        if self.ahead("IDENTIFIER", "("):
            self.at += 1
            self.brackets()
            return "IDENTIFIER()"
        if not self.kind_is(Kind.WORD, Kind.QUOTED, Kind.PARAMETER):
            return None
        parts = [_part(self.take())]
        while self.word == "." and not self.ended:
            self.at += 1
            if self.word == ".":  # database..table
                self.at += 1
                parts.append("")
            if not self.kind_is(Kind.WORD, Kind.QUOTED, Kind.PARAMETER):
                break
            parts.append(_part(self.take()))
        return ".".join(parts)

    def brackets(self) -> "Reader | None":
        """What stands between the bracket that comes next and its partner; None where no bracket is next."""
        closing = _OPENING.get(self.word)
        if closing is None:
            return None
        opened, first, depth = self.line, self.at + 1, 0
        while not self.ended:
            word = self.take().upper
            depth += (word in _OPENING) - (word in _OPENING.values())
            if depth == 0:
                return Reader(self.tokens[first : self.at - 1], 0, self.findings)
        self.found("a bracket is opened and never closed", f"add {closing} where it ends", line=opened)
        return Reader(self.tokens[first:], 0, self.findings)

    def until(self, stop: "Callable[[Reader], bool]") -> Sequence[Token]:
        """Everything up to where `stop` holds or the end, brackets taken whole."""
        first = self.at
        while not self.ended and not stop(self):
            if self.brackets() is None:
                self.at += 1
        return self.tokens[first : self.at]

    def rest(self) -> Sequence[Token]:
        first, self.at = self.at, len(self.tokens)
        return self.tokens[first:]

    def nothing_more(self, hint: str = "") -> None:
        """A finding unless the statement ends here."""
        if not self.ended:
            self.found(f"unexpected {self.shown()}", hint or "remove it, or end the statement before it with ;")
            self.at = len(self.tokens)


def _part(token: Token) -> str:
    return token.text if token.kind is Kind.QUOTED else token.text.upper()


def meant(word: str, known: Iterable[str]) -> str:
    """What to do about a word that is none of the known ones."""
    choices = sorted(known)
    close = get_close_matches(word.upper(), choices, n=1, cutoff=0.72)
    if close:
        return f"did you mean {close[0]}?"
    return f"use one of {', '.join(choices)}" if 0 < len(choices) <= 8 else "remove it, or use what Snowflake documents"


def unbalanced(tokens: Sequence[Token]) -> Finding | None:
    """A bracket without its partner, or what begins and never ends."""
    open_: list[Token] = []
    for token in tokens:
        if token.kind is Kind.BROKEN:
            what = {"'": "a text", '"': "a quoted name", "$": "a $$ text", "/": "a comment"}[token.text[0]]
            return Finding(token.line, f"{what} begins and never ends", "close it")
        if token.upper in _OPENING:
            open_.append(token)
        elif token.upper in _OPENING.values():
            if not open_ or _OPENING[open_[-1].upper] != token.upper:
                return Finding(token.line, f"{token.text} closes a bracket that was not opened", "remove it")
            open_.pop()
    if open_:
        closing = _OPENING[open_[-1].upper]
        return Finding(open_[-1].line, "a bracket is opened and never closed", f"add {closing} where it ends")
    return None
