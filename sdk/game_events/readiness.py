"""What a client loads when it is made, so that its first event imports nothing: no game stutters by it, and no process
forks in the middle of it.
"""

import codecs
from contextlib import suppress
from importlib import import_module

from game_events_models.http import EventReceipt, FieldError, Problem

from game_events.blanks import Blanks
from game_events.later import importing

_FOR_ASYNCIO = ("anyio._backends._asyncio", "anyio.streams.tls", "concurrent.futures.thread")
"""What httpcore and asyncio import with the first connection, where they are installed and still called so."""


def load(blanks: Blanks, *, awaited: bool = False) -> None:
    """`awaited`: for asyncio."""
    with importing:
        codecs.lookup("idna")  # for the server's name
        blanks.look_up()
        for model in (EventReceipt, FieldError, Problem):
            model.model_rebuild()  # they are built late
        for module in _FOR_ASYNCIO if awaited else ():
            with suppress(ImportError):
                import_module(module)
