"""Whose address a request comes from, by a name that tells nobody the address.

The name is a keyed hash; the key is made when the worker starts and is in its memory only, so a name is worth nothing
outside of it. No address is stored, logged or counted anywhere.
"""

import secrets
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from game_events_api.admission.rate_limits import RateLimiter

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
IPV6_SENDER_BITS = 64
"""What is behind one /64 is one sender: it may take any address of it for each connection."""


class Addresses:
    """Knows which proxies are trusted to say for whom they speak, and the rate of each sender."""

    def __init__(self, trusted_proxies: Sequence[str] = (), rate: RateLimiter | None = None) -> None:
        self._trusted: Sequence[Network] = [ip_network(network) for network in trusted_proxies]
        self._rate = rate
        self._secret = secrets.token_bytes(32)

    def of_peer(self, peer: str | None) -> bytes | None:
        """The name of a connection's other end; None of a trusted proxy, which speaks for others."""
        address = _address(peer or "")
        return None if address is not None and self._is_trusted(address) else self._name(address)

    def of_request(self, peer: bytes | None, headers: Mapping[bytes, bytes]) -> bytes | None:
        """The name of the request's sender, by its connection's: None when a trusted proxy asks for itself.

        Proxies append to X-Forwarded-For whom they saw, so the last address that is none of theirs is the sender's;
        those before it are what the sender claims.
        """
        if peer is not None or (forwarded := headers.get(b"x-forwarded-for")) is None:
            return peer
        address = None
        for hop in reversed(forwarded.split(b",")):
            address = _address(hop.decode("latin-1"))
            if address is None or not self._is_trusted(address):
                break
        return self._name(address)

    def of_client(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bytes | None:
        """The name of the sender of a request that came by ASGI."""
        client = scope.get("client")
        return self.of_request(self.of_peer(client[0] if client else None), headers)

    def charge(self, sender: bytes | None) -> None:
        """Take one request of the sender's rate, whatever it asks for and whether it has a key; RequestRefused 429."""
        if sender is not None and self._rate is not None:
            self._rate.admit(sender, 1)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _name(self, address: Address | None) -> bytes:
        """All that cannot be read as an address share a name."""
        if address is None:
            packed = b""
        elif address.version == 4:
            packed = address.packed
        else:
            packed = address.packed[: IPV6_SENDER_BITS // 8]
        return blake2b(packed, key=self._secret, digest_size=16).digest()


def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets or quotes."""
    text = text.strip(' \t"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
