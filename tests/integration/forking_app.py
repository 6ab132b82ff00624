"""Loaded by gunicorn and by Celery before they fork: a client that has sent, and enqueues in every worker."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from celery_app import client, queue, tell_of_sale  # type: ignore[import-not-found] # of examples/


def install() -> str:
    """The id of an event that was enqueued here."""
    return str(client.player("player-1", session="session-1").install(install_source="organic"))


first = install()
client.flush()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says its process and the event's id."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {install()}".encode()]


queue.conf.update(
    broker_url="filesystem://",
    broker_transport_options={
        name: os.environ.get("QUEUE", ".") for name in ("data_folder_in", "data_folder_out", "control_folder")
    },
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)


@queue.task  # type: ignore[untyped-decorator]
def enqueue(number: int) -> None:
    """Prints the event's id, for the test to read."""
    os.write(1, f"{os.getpid()} {tell_of_sale('player-1', 'session-1', '4.99', f'sale-{number}')}\n".encode())
