"""What a process ends with, the same in the command, the worker and delivery."""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """`meaning` is the sentence that the documentation gives."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> Self:
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    OK = 0, "It did what was asked, and the answer is yes."
    FAILED = (
        1,
        (
            "The answer is no, or it could not be done: not found, does not reconcile, something breaks, an event was"
            " rejected, a server gave no answer, a port is taken."
        ),
    )
    UNUSABLE = (
        2,
        (
            "An argument, a setting or a file cannot be used. Nothing was done, and trying again does not help"
            " before that is mended."
        ),
    )
    OVER_LIMIT = 3, "It was done, and what it found is beyond a limit that was given with the command."
    BUSY = 75, "Another process holds what is needed (EX_TEMPFAIL); try again later."
