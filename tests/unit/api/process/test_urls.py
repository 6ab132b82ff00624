"""Where a server listens, as a URL has it."""

from urllib.parse import urlsplit

import pytest
from game_events_api.process.urls import authority


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "::", "2001:db8::1"])
def test_a_url_leads_to_the_host_and_the_port(host: str) -> None:
    url = urlsplit(f"http://{authority(host, 8000)}/docs")
    assert (url.hostname, url.port) == (host, 8000)
