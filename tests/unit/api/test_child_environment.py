"""What the product starts sees what it needs, and nothing that was set for other programs."""

from game_events_api import child_environment

NEEDED = {"PATH": "/bin", "HOME": "/home/a", "PYTHONPATH": "/packages", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
SWITCHES = {"PYTHONINSPECT": "1", "PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONSTARTUP": "/a.py"}
OPERATORS = {"AWS_PROFILE": "games", "HTTPS_PROXY": "http://proxy:3128", "no_proxy": "10.0.0.1", "SSL_CERT_FILE": "/ca"}
OTHERS = {"DBT_EMPTY": "1", "GAME_EVENTS_PORT": "1", "ALL_PROXY": "socks5://proxy", "BOTO_CONFIG": "/a"}


def test_the_servers_processes_see_what_the_operator_set_and_none_of_pythons_switches() -> None:
    assert child_environment.of_server({**NEEDED, **SWITCHES, **OPERATORS}) == {**NEEDED, **OPERATORS}


def test_of_the_machine_alone_nothing_is_seen_that_changes_what_is_done() -> None:
    assert child_environment.of_machine({**NEEDED, **SWITCHES, **OPERATORS, **OTHERS}) == NEEDED
