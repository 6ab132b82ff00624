"""Every command and option is written down, and every command that is written down exists."""

import re
import shlex
from collections.abc import Iterator

import typer
from documents import PAGES, ROOT, blocks
from game_events_api.exit_codes import ExitCode
from game_events_cli.main import app

BUILT_IN = {"--help", "--install-completion", "--show-completion"}


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command's path and its long options."""

    def walk(command: object, path: str) -> Iterator[tuple[str, set[str]]]:
        children = getattr(command, "commands", {})
        for name, child in children.items():
            yield from walk(child, f"{path} {name}")
        if not children:
            options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}  # type: ignore[attr-defined]
            yield path, options - BUILT_IN

    return walk(typer.main.get_command(app), "game-events")


COMMANDS = dict(commands())


def cli_page() -> str:
    """docs/cli.md as the command itself would write it."""
    lines = ["# Every command", "", "| command | options |", "|---|---|"]
    for path, options in sorted(COMMANDS.items()):
        lines.append(f"| `{path}` | {' '.join(f'`{option}`' for option in sorted(options))} |")
    lines += ["", "`--help` of each says what it does. This page is kept by `tests/unit/test_docs.py`."]
    lines += ["", "## Exit codes", "", "The command, a worker and delivery end with the same codes.", ""]
    lines += ["| code | meaning |", "|---|---|", *(f"| {code:d} | {code.meaning} |" for code in ExitCode)]
    return "\n".join([*lines, ""])


def test_every_command_and_option_is_documented() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == cli_page(), "write it again: PYTHONPATH=tests python tests/unit/test_docs.py"


def test_the_documented_commands_exist() -> None:
    wrong = []
    for page in PAGES:
        for line in "\n".join(blocks(page, "bash") + blocks(page, "console")).splitlines():
            for part in re.findall(r"game-events [^|&;#]*", line):
                words = shlex.split(part)
                path = next((" ".join(words[:n]) for n in (4, 3, 2) if " ".join(words[:n]) in COMMANDS), None)
                options = {word.partition("=")[0] for word in words if word.startswith("--")} - BUILT_IN
                if path is None or not options <= COMMANDS[path]:
                    wrong.append(f"{page.name}: {part}")
    assert wrong == []


if __name__ == "__main__":
    (ROOT / "docs" / "cli.md").write_text(cli_page(), encoding="utf-8")
