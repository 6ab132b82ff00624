"""Where a server listens, as a URL has it."""

from urllib.parse import urlsplit

import pytest
from game_events_api.process.urls import authority, reached_at


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "::", "2001:db8::1"])
def test_a_url_leads_to_the_host_and_the_port(host: str) -> None:
    url = urlsplit(f"http://{authority(host, 8000)}/docs")
    assert (url.hostname, url.port) == (host, 8000)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 # nothing listens here
        ("::", "http://[::1]:8000"),
        ("localhost", "http://localhost:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
    ],
)
def test_who_listens_on_every_address_is_asked_on_this_machine(host: str, url: str) -> None:
    assert reached_at(host, 8000) == url
