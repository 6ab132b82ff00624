"""The edge's settings: bounds that would let nothing through are refused."""

import pytest
from game_events_api.settings import Settings
from pydantic import ValidationError


def test_a_budget_no_body_would_fit_is_refused() -> None:
    with pytest.raises(ValidationError, match="could never pass"):
        Settings(max_decompressed_bytes=65 << 20)
    assert Settings(max_decompressed_bytes=65 << 20, max_in_flight_bytes=65 << 20).max_in_flight_bytes == 65 << 20


@pytest.mark.parametrize(
    "name", ["max_body_bytes", "header_seconds", "workers", "events_per_second", "max_connections"]
)
def test_a_limit_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: 0})


def test_an_empty_host_is_refused_where_it_would_listen_everywhere() -> None:
    with pytest.raises(ValidationError, match="host"):
        Settings(host="")


def test_trusted_proxies_are_networks() -> None:
    for written, read in {"10.0.0.0": ("10.0.0.0",), " 10.0.0.0/8, ::1 ,": ("10.0.0.0/8", "::1"), ",": ()}.items():
        assert Settings.model_validate({"trusted_proxies": written}).trusted_proxies == read


@pytest.mark.parametrize("networks", ["everybody", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0 fd00::1"])
def test_what_is_no_network_is_no_trusted_proxy(networks: str) -> None:
    with pytest.raises(ValidationError, match="give networks"):
        Settings.model_validate({"trusted_proxies": networks})


def test_origins_are_those_of_pages() -> None:
    written = "https://play.example, http://localhost:8080,capacitor://localhost"
    assert len(Settings.model_validate({"cors_origins": written}).cors_origins) == 3
    assert Settings.model_validate({"cors_origins": "*"}).cors_origins == ("*",)


@pytest.mark.parametrize(
    "origins", ["play.example", "https://play.example/", "https://Play.example", "https://*.example"]
)
def test_what_is_no_origin_is_refused(origins: str) -> None:
    with pytest.raises(ValidationError, match="give origins"):
        Settings.model_validate({"cors_origins": origins})
