"""Deliver what waits in a data folder without a server, as on a volume whose server is gone."""

import threading

from game_events_api.delivery.engine import Engine
from game_events_api.delivery.sinks import build_sinks
from game_events_api.settings import DeliverySettings
from game_events_api.spool import owned


def drain(settings: DeliverySettings, seconds: float) -> None:
    """Return once nothing waits, or after so many seconds; no server takes these files meanwhile.

    DataFolderInUse where a server or delivery runs on the folder. Whoever ends the process loses nothing.
    """
    wake = threading.Event()
    with owned(settings.data_dir):
        sinks = build_sinks(settings, wake, lambda: None)
        engine = Engine(settings.data_dir, sinks, poll=settings.poll_seconds, shutdown=seconds, wake=wake)
        engine.stop()  # from its first step on it flushes, and ends when all is out
        try:
            engine.run()
        finally:
            engine.close()
