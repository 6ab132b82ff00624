"""Whose address a request comes from, behind proxies that are trusted and those that are not."""

import pytest
from game_events_api.admission.addresses import Addresses
from game_events_api.admission.rate_limits import RateLimiter
from game_events_api.errors import Problem, RequestRefused


def sender(addresses: Addresses, peer: str, *forwarded: str) -> bytes | None:
    headers = {b"x-forwarded-for": ", ".join(forwarded).encode("latin-1")} if forwarded else {}
    return addresses.of_request(addresses.of_peer(peer), headers)


@pytest.fixture
def addresses() -> Addresses:
    return Addresses(["10.0.0.0/8", "fd00::/8", "192.0.2.7"])


def test_an_address_speaks_for_itself_whatever_it_claims(addresses: Addresses) -> None:
    itself = sender(addresses, "203.0.113.5")
    assert itself is not None
    assert sender(addresses, "203.0.113.5", "198.51.100.1") == itself
    assert sender(addresses, "203.0.113.5", "10.0.0.1") == itself
    assert sender(Addresses(), "10.0.0.1", "198.51.100.1") != sender(Addresses(), "198.51.100.1")


@pytest.mark.parametrize("proxy", ["10.1.2.3", "fd00::1", "192.0.2.7", "::ffff:10.1.2.3"])
@pytest.mark.parametrize(
    "forwarded",
    [
        ("203.0.113.5",),
        ("1.2.3.4", "203.0.113.5"),
        ("10.9.9.9", "203.0.113.5"),
        ("203.0.113.5", "10.9.9.9"),
        ("nonsense", "203.0.113.5", "10.9.9.9", "fd00::2"),
        ("203.0.113.5:4711",),
        ('"203.0.113.5"',),
        ("::ffff:203.0.113.5",),
        ("[::ffff:203.0.113.5]:80",),
    ],
)
def test_the_last_hop_that_is_no_trusted_proxy_is_the_sender(
    addresses: Addresses, proxy: str, forwarded: tuple[str, ...]
) -> None:
    assert sender(addresses, proxy, *forwarded) == sender(addresses, "203.0.113.5")


def test_a_trusted_proxy_that_asks_for_itself_has_no_share(addresses: Addresses) -> None:
    assert sender(addresses, "10.1.2.3") is None


@pytest.mark.parametrize("forwarded", ["unknown", "", "_hidden", "999.1.1.1", "\xff", "1.2.3.4.5", "[1.2", "a:b:c"])
def test_what_is_no_address_behind_a_trusted_proxy_is_one_sender(addresses: Addresses, forwarded: str) -> None:
    assert sender(addresses, "10.1.2.3", forwarded) == sender(addresses, "10.1.2.3", "unknown") is not None


def test_an_ipv6_sender_is_its_64_bits(addresses: Addresses) -> None:
    assert sender(addresses, "2001:db8:1:2::1") == sender(addresses, "2001:db8:1:2:ffff::9%eth0")
    assert sender(addresses, "2001:db8:1:2::1") != sender(addresses, "2001:db8:1:3::1")


def test_a_name_tells_no_address(addresses: Addresses) -> None:
    name = sender(addresses, "203.0.113.5")
    assert name is not None
    assert len(name) == 16
    assert name != sender(Addresses(), "203.0.113.5"), "each worker's names are its own"


def test_each_sender_has_a_rate_and_a_proxy_that_asks_for_itself_none() -> None:
    addresses = Addresses(["10.0.0.0/8"], RateLimiter(2.0, 1.0, lambda: 0.0, of="address"))
    for _ in range(2):
        addresses.charge(b"one")
    with pytest.raises(RequestRefused, match="this address") as refused:
        addresses.charge(b"one")
    assert refused.value.problem is Problem.RATE_LIMITED
    assert dict(refused.value.headers)[b"ratelimit-policy"] == b'"address";q=2;w=1'
    addresses.charge(b"another")
    for _ in range(9):
        addresses.charge(None)
