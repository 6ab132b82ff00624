"""Hostile requests with the status each must get; bytes that no HTTP library would send."""

from conftest import RunningServer
from integration import hostile_bodies, hostile_http
from integration.hostile import Hostile


def corpus(server: RunningServer) -> list[Hostile]:
    return [*hostile_bodies.entries(server), *hostile_http.entries(server)]
