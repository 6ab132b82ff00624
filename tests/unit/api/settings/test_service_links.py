"""Kubernetes' links to services, told from settings by name and shape together."""

from collections.abc import Iterator

import pytest
from game_events_api.settings.service_links import is_service_link


def links(service: str, address: str, port: int, protocol: str, name: str | None) -> Iterator[tuple[str, str]]:
    """What the kubelet writes for one port of a service."""
    host = f"[{address}]" if ":" in address else address
    url = f"{protocol}://{host}:{port}"
    numbered = f"{service}_PORT_{port}_{protocol.upper()}"
    yield f"{service}_SERVICE_HOST", address
    yield f"{service}_SERVICE_PORT", str(port)
    if name:
        yield f"{service}_SERVICE_PORT_{name}", str(port)
    yield f"{service}_PORT", url
    yield numbered, url
    yield f"{numbered}_PROTO", protocol
    yield f"{numbered}_PORT", str(port)
    yield f"{numbered}_ADDR", address


LINKS = [
    link
    for service in ("GAME_EVENTS", "GAME_EVENTS_REDIS", "GAME_EVENT")
    for address in ("10.0.0.1", "fd00::1")
    for port in (1, 8000, 65535)
    for protocol in ("tcp", "udp", "sctp")
    for name in (None, "HTTP", "HTTP_METRICS")
    for link in links(service, address, port, protocol, name)
]
VALUES = {value for _, value in LINKS}


def test_every_shape_is_recognised() -> None:
    assert [link for link in LINKS if not is_service_link(*link)] == []


@pytest.mark.parametrize(
    "value",
    ["", "many", "0", "65536", "8000 ", "١", "10.0.0", "TCP", "tcp://10.0.0.1", "tcp://host:80", "tcp://[::1:8"],
)
def test_a_value_of_no_link_makes_any_name_a_variable_like_others(value: str) -> None:
    assert [name for name, _ in LINKS if is_service_link(name, value)] == []


@pytest.mark.parametrize("name", ["GAME_EVENTS_HOST", "GAME_EVENTS_URL", "GAME_EVENTS_PORT_8000", "game_events_port"])
def test_a_value_of_a_link_makes_no_link_of_another_name(name: str) -> None:
    assert [value for value in VALUES if is_service_link(name, value)] == []


def test_a_port_number_is_the_setting() -> None:
    assert not is_service_link("GAME_EVENTS_PORT", "8000")
