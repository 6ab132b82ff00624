"""Labelled pairs for the modes that look forward. Each direction that breaks carries its proof.

`lost` is a value that the old schema takes and the new refuses (backward), `gained` one that the new takes and the old
refuses (forward).
"""

from typing import Any, NamedTuple

from contract.schema_pair import FLAG, HARMLESS, INT, NUM, TEXT, closed, of, opened, within


class Directions(NamedTuple):
    name: str
    old: Any
    new: Any
    lost: Any = HARMLESS
    gained: Any = HARMLESS

    def __str__(self) -> str:
        return self.name


DIRECTIONS = [
    Directions("same", closed(a=TEXT), closed(a=TEXT)),
    Directions("described anew", closed(a=TEXT), closed(a=of(TEXT, description="x"))),
    Directions("optional added, closed", closed(a=TEXT), closed(a=TEXT, b=TEXT), gained={"b": "x"}),
    Directions("optional added, open", opened(a=TEXT), opened(a=TEXT, b=TEXT), lost={"b": 1}),
    Directions("optional removed, closed", closed(a=TEXT, b=TEXT), closed(a=TEXT), lost={"b": "x"}),
    Directions("optional removed, open", opened(a=TEXT, b=TEXT), opened(a=TEXT), gained={"b": 1}),
    Directions("renamed", closed(a=TEXT), closed(b=TEXT), lost={"a": "x"}, gained={"b": "x"}),
    Directions("made required", closed(a=TEXT), closed(("a",), a=TEXT), lost={}),
    Directions("made optional", closed(("a",), a=TEXT), closed(a=TEXT), gained={}),
    Directions("value added", closed(a={"enum": ["x"]}), closed(a={"enum": ["x", "y"]}), gained={"a": "y"}),
    Directions("value removed", closed(a={"enum": ["x", "y"]}), closed(a={"enum": ["x"]}), lost={"a": "y"}),
    Directions("value replaced", closed(a={"enum": ["x"]}), closed(a={"enum": ["y"]}), {"a": "x"}, {"a": "y"}),
    Directions("type widened", closed(a=INT), closed(a=NUM), gained={"a": 1.5}),
    Directions("type narrowed", closed(a=NUM), closed(a=INT), lost={"a": 1.5}),
    Directions("type changed", closed(a=TEXT), closed(a=FLAG), {"a": "x"}, {"a": True}),
    Directions(
        "bound loosened", closed(a=of(TEXT, maxLength=3)), closed(a=of(TEXT, maxLength=4)), gained={"a": "long"}
    ),
    Directions("bound tightened", closed(a=of(TEXT, maxLength=4)), closed(a=of(TEXT, maxLength=3)), lost={"a": "long"}),
    Directions("bounds moved", of(INT, minimum=0, maximum=9), of(INT, minimum=1, maximum=10), 0, 10),
    Directions("opened", closed(a=TEXT), opened(a=TEXT), gained={"b": 1}),
    Directions("shut", opened(a=TEXT), closed(a=TEXT), lost={"b": 1}),
    Directions("nested added", within(closed(b=TEXT)), within(closed(b=TEXT, c=TEXT)), gained={"a": {"c": "x"}}),
    Directions("nested removed", within(closed(b=TEXT, c=TEXT)), within(closed(b=TEXT)), lost={"a": {"c": "x"}}),
    Directions("condition added", TEXT, of(TEXT, allOf=[{"minLength": 2}]), lost="x"),
    Directions("condition removed", of(TEXT, allOf=[{"minLength": 2}]), TEXT, gained="x"),
    Directions("pattern loosened", of(TEXT, pattern="^a$"), of(TEXT, pattern="^[ab]$"), gained="b"),
    Directions("pattern tightened", of(TEXT, pattern="^[ab]$"), of(TEXT, pattern="^a$"), lost="b"),
    Directions("pattern rewritten", of(TEXT, pattern="^(a|b)$"), of(TEXT, pattern="^[ab]$")),
]
