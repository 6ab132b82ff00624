"""The variables that Kubernetes gives each container for each service of its namespace.

A service `game-events` gives `GAME_EVENTS_PORT=tcp://10.0.0.1:8000`, which is not the setting `port`. Source:
https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
"""

import ipaddress
import re

_PROTOCOL = re.compile(r"tcp|udp|sctp")
_URL = re.compile(rf"(?:{_PROTOCOL.pattern})://(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<four>[0-9.]+)):(?P<port>\d+)")


def is_service_link(name: str, value: str) -> bool:
    """Whether Kubernetes could have written it: the name is a link's, and the value has the shape of that link's."""
    return any(shape.fullmatch(name) and fits(value) for shape, fits in _LINKS)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < int(value) < 65536


def _is_url(value: str) -> bool:
    found = _URL.fullmatch(value)
    return found is not None and _is_address(found["six"] or found["four"]) and _is_port(found["port"])


def _is_protocol(value: str) -> bool:
    return _PROTOCOL.fullmatch(value) is not None


_SERVICE = "[A-Z][A-Z0-9_]*"
_NUMBERED = rf"{_SERVICE}_PORT_\d+_(?:TCP|UDP|SCTP)"
_LINKS = [
    (re.compile(rf"{_SERVICE}_SERVICE_HOST|{_NUMBERED}_ADDR"), _is_address),
    (re.compile(rf"{_SERVICE}_SERVICE_PORT(?:_[A-Z0-9_]+)?|{_NUMBERED}_PORT"), _is_port),
    (re.compile(rf"{_SERVICE}_PORT|{_NUMBERED}"), _is_url),
    (re.compile(rf"{_NUMBERED}_PROTO"), _is_protocol),
]
