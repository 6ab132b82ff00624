"""What a destination must be able to do. Another one is one more module with this face."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from game_events_api.spool.spool_file import SpoolFile

Around = Callable[[Sequence[bytes]], AbstractContextManager[object]]
"""Entered with the lines of each file or call while it is under way."""


class Sink(Protocol):
    name: str

    def step(self, spools: Sequence[SpoolFile], *, flushing: bool) -> float:
        """Do what can be done now without waiting; give the seconds until there is more to do.

        `flushing` means: do not linger for company, the process is about to end.
        """
        ...

    @property
    def busy(self) -> bool:
        """Whether something is in memory that is neither confirmed nor given up."""
        ...

    def status(self) -> dict[str, Any]:
        """JSON values for the status file."""
        ...

    def close(self) -> None:
        """Let go of threads and connections; what is unconfirmed stays in the spool."""
        ...


def describe(error: Exception) -> str:
    """As the status file names it."""
    return f"{type(error).__name__}: {error}"
