"""What a process takes from its environment, and what keeps it from starting."""

from collections.abc import Callable
from pathlib import Path

import pytest
from game_events_api.errors import ConfigurationError
from game_events_api.settings import DeliverySettings, Environment, Settings, base
from game_events_api.settings.base import CommonSettings, variable
from pydantic import SecretStr

KINDS: list[type[CommonSettings]] = [Settings, DeliverySettings]
OTHER_VALUES = {
    "trusted_proxies": "10.0.0.0/8,fd00::1",
    "cors_origins": "https://play.example,http://localhost:8080",
    "sink": "firehose",
    "log_level": "debug",
    "redis_url": "redis://elsewhere",
    "keys_url": "postgresql://elsewhere",
    "traces_url": "http://localhost:4318",
    "max_in_flight_bytes": str(1 << 40),
}
"""Values of settings that take only some."""


def other_than(name: str, default: object) -> str:
    if name in OTHER_VALUES:
        return OTHER_VALUES[name]
    return str(default + 1) if isinstance(default, int | float) else "elsewhere"


def written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("letters", [str.upper, str.lower])
def test_a_variable_in_either_case_sets_every_field(kind: type[CommonSettings], letters: Callable[[str], str]) -> None:
    values = {name: other_than(name, field.default) for name, field in kind.model_fields.items()}
    found = Environment.read({letters(variable(name)): value for name, value in values.items()}).of(kind)
    assert {name: written(getattr(found, name)) for name in values} == values


@pytest.mark.parametrize("kind", KINDS)
def test_a_variable_without_a_value_sets_nothing(kind: type[CommonSettings]) -> None:
    assert Environment.read({variable(name): "" for name in kind.model_fields}).of(kind) == kind()


def test_an_option_stands_above_its_variable() -> None:
    environment = Environment.read({"GAME_EVENTS_PORT": "1", "GAME_EVENTS_WORKERS": "2"})
    settings = environment.of(Settings, {"port": 3, "sink": "lake"})
    assert (settings.port, settings.workers) == (3, 2)


def test_what_is_misspelt_or_set_twice_is_named_all_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Environment.read(
            {
                "GAME_EVENTS_FAVOURITE_COLOUR": "",
                "GAME_EVENTS_MAX_SPOOL_BYTE": "5",
                "GAME_EVENTS_PORT": "1",
                "GAMEEVENTS_SINK": "lake",
                "game_events_api_key": "only the command reads this, and it minds the case",
                "game_events_port": "1",
            }
        )
    assert str(refused.value).split("; ") == [
        "GAMEEVENTS_SINK is no variable of Game Events",
        "did you mean GAME_EVENTS_SINK? Rename or unset it",
        "GAME_EVENTS_FAVOURITE_COLOUR is no variable of Game Events",
        "unset it, or take one that `game-events serve --help` lists",
        "GAME_EVENTS_MAX_SPOOL_BYTE is no variable of Game Events",
        "did you mean GAME_EVENTS_MAX_SPOOL_BYTES? Rename or unset it",
        "game_events_api_key is no variable of Game Events",
        "did you mean GAME_EVENTS_API_KEY? Rename or unset it",
        "GAME_EVENTS_PORT and game_events_port are one setting",
        "unset all but one",
    ]


def test_an_unusable_value_is_named_by_where_it_was_given_and_not_shown() -> None:
    environment = Environment.read(
        {"GAME_EVENTS_REDIS_URL": "http://user:secret@x", "GAME_EVENTS_HEADER_SECONDS": "no"}
    )
    with pytest.raises(ConfigurationError) as refused:
        environment.of(Settings, {"max_body_bytes": 0})
    message = str(refused.value)
    assert "GAME_EVENTS_REDIS_URL: give redis://, rediss:// or unix://" in message
    assert "GAME_EVENTS_HEADER_SECONDS: Input should be a valid number" in message
    assert "--max-body-bytes: Input should be greater than 0" in message
    assert "secret" not in message + repr(environment)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["inf", "nan", "1e400"])
def test_no_setting_is_a_number_without_an_end(kind: type[CommonSettings], value: str) -> None:
    numbers = [name for name, field in kind.model_fields.items() if isinstance(field.default, float)]
    with pytest.raises(ConfigurationError) as refused:
        Environment.read({variable(name): value for name in numbers}).of(kind)
    assert len(str(refused.value).split("; ")) == len(numbers)


def test_what_is_wrong_with_several_settings_together_is_said_too() -> None:
    with pytest.raises(ConfigurationError, match=r"^the sink s3 needs a bucket: set GAME_EVENTS_S3_BUCKET$"):
        Environment.read({"GAME_EVENTS_SINK": "s3"}).of(DeliverySettings)


def test_links_to_services_set_nothing_and_are_named_in_one_line() -> None:
    links = {"GAME_EVENTS_SERVICE_HOST": "10.0.0.1", "GAME_EVENTS_PORT": "tcp://10.0.0.1:8000"}
    environment = Environment.read({**links, "REDIS_PORT": "tcp://10.0.0.2:6379"})
    assert environment.of(Settings).port == 8000
    assert environment.ignored.endswith(": GAME_EVENTS_PORT, GAME_EVENTS_SERVICE_HOST")
    assert Environment.read({}).ignored == ""


def test_children_see_every_setting_once_and_no_link() -> None:
    environment = Environment.read(
        {
            "game_events_workers": "2",
            "GAME_EVENTS_SINK": "",
            "GAME_EVENTS_API_KEY": "key",
            "GAME_EVENTS_SERVICE_PORT": "80",
            "PATH": "/bin",
        }
    )
    assert environment.for_children({"port": 5}) == {
        "GAME_EVENTS_WORKERS": "2",
        "GAME_EVENTS_PORT": "5",
        "GAME_EVENTS_API_KEY": "key",
        "PATH": "/bin",
    }


@pytest.fixture
def secret_file(tmp_path: Path) -> str:
    path = tmp_path / "redis-url"
    path.write_text("redis://:hidden@elsewhere\n")
    return str(path)


def secrets_of(kind: type[CommonSettings]) -> list[str]:
    return [name for name, field in kind.model_fields.items() if "SecretStr" in str(field.annotation)]


def test_every_secret_of_the_settings_can_come_from_a_file(secret_file: str) -> None:
    names = [name for kind in KINDS for name in secrets_of(kind)]
    assert "redis_url" in names
    for name in names:
        for by_file in (f"{variable(name)}_FILE", f"{variable(name)}_FILE".lower()):
            environment = Environment.read({by_file: secret_file, variable(name): ""})
            assert environment.settings[name] == "redis://:hidden@elsewhere", "without the newline"
            assert "hidden" not in repr(environment)


def test_children_are_told_the_file_and_not_the_secret(secret_file: str) -> None:
    environment = Environment.read({"GAME_EVENTS_REDIS_URL_FILE": secret_file})
    assert environment.for_children({}) == {"GAME_EVENTS_REDIS_URL_FILE": secret_file}
    above = environment.for_children({"redis_url": "redis://given"})
    assert above == {"GAME_EVENTS_REDIS_URL": "redis://given"}, "both would be one setting twice"


def test_a_file_and_a_value_are_one_setting_and_other_settings_have_no_file(secret_file: str) -> None:
    with pytest.raises(ConfigurationError, match="REDIS_URL and GAME_EVENTS_REDIS_URL_FILE are one setting"):
        Environment.read({"GAME_EVENTS_REDIS_URL_FILE": secret_file, "GAME_EVENTS_REDIS_URL": "redis://x"})
    with pytest.raises(ConfigurationError, match="GAME_EVENTS_PORT_FILE is no variable of Game Events"):
        Environment.read({"GAME_EVENTS_PORT_FILE": secret_file})


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "cannot be read: No such file"), (b"\n", "is empty"), (b"redis://\xff", "cannot be read: it is no text")],
)
def test_a_file_that_holds_no_secret_is_named_with_its_variable(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        Environment.read({"GAME_EVENTS_REDIS_URL_FILE": str(path)})
    assert str(refused.value).startswith(f"GAME_EVENTS_REDIS_URL_FILE: {path} ")
    assert why in str(refused.value)
    with pytest.raises(ConfigurationError, match="Is a directory"):
        Environment.read({"GAME_EVENTS_REDIS_URL_FILE": str(tmp_path)})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("localhost:4318", "give an http:// or https:// URL"),
        ("http://name:word@localhost:4318", "OTEL_EXPORTER_OTLP_HEADERS"),
        ("http://localhost:4318/?key=word", "OTEL_EXPORTER_OTLP_HEADERS"),
    ],
)
def test_traces_go_to_a_url_that_has_no_secret(value: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        Environment.read({"GAME_EVENTS_TRACES_URL": value}).of(Settings)
    assert "word" not in str(caught.value)


def test_without_opentelemetry_the_settings_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "find_spec", lambda name: None)
    assert Environment.read({}).of(Settings).traces_url is None
    with pytest.raises(ConfigurationError, match=r"game-events-api\[otel\]"):
        Environment.read({"GAME_EVENTS_TRACES_URL": "http://localhost:4318"}).of(Settings)
