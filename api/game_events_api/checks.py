"""One check of `/ready`, as its contract bounds it."""

from typing import Literal

from game_events_models.http import Check

DETAIL_CHARACTERS = 1024
"""The contract's bound; what is told of Redis, spools and damage may be longer."""


def checked(status: Literal["pass", "warn", "fail"], detail: str) -> Check:
    return Check(status=status, detail=detail[:DETAIL_CHARACTERS])
