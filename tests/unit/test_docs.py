"""Every command and option is written down, and what the pages name exists: commands, files, functions, pages."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from documents import PAGES, ROOT, blocks, references
from game_events_api.exit_codes import ExitCode
from game_events_cli.main import app
from game_events_models import contract
from typer.core import TyperGroup

BUILT_IN = {"--help", "--install-completion", "--show-completion"}
ROOT_COMMAND = typer.main.get_command(app)
USAGE: Any = typer.BadParameter.__base__
"""What a command line can have wrong; typer names only this kind of it."""


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command's path and its long options."""

    def walk(command: object, path: str) -> Iterator[tuple[str, set[str]]]:
        children = getattr(command, "commands", {})
        for name, child in children.items():
            yield from walk(child, f"{path} {name}")
        if not children:
            options = {name for parameter in command.params for name in parameter.opts if name.startswith("--")}  # type: ignore[attr-defined]
            yield path, options - BUILT_IN

    return walk(ROOT_COMMAND, "game-events")


COMMANDS = dict(commands())


IN_A_TERMINAL = """## In a terminal

Completion of commands and options, for bash, zsh, fish and PowerShell; open a new shell afterwards:

<!-- run by: tests/integration/test_docs_commands.py -->
```bash
game-events --install-completion bash
```

A misspelt command or option is answered with the one that was meant. What may take long (backups, restores, replays,
erasures, exports, the warehouse, `reconcile`, `demo`, `simulate`) shows how far it is on standard error. Colours and
progress are for terminals only: what goes into a file or a pipe has neither, and `NO_COLOR=1` switches colours off.
What prints data prints it as JSON with `--json`, and nothing beside it.""".splitlines()


def cli_page() -> str:
    """docs/cli.md as the command itself would write it."""
    lines = ["# Every command", "", "| command | options |", "|---|---|"]
    for path, options in sorted(COMMANDS.items()):
        lines.append(f"| `{path}` | {' '.join(f'`{option}`' for option in sorted(options))} |")
    lines += [
        "",
        "`--help` of each says what it does, with an example. `tests/unit/test_docs.py` keeps this page.",
    ]
    lines += ["", *IN_A_TERMINAL]
    lines += ["", "## Exit codes", "", "The command, a worker and delivery end with the same codes.", ""]
    lines += ["| code | meaning |", "|---|---|", *(f"| {code:d} | {code.meaning} |" for code in ExitCode)]
    return "\n".join([*lines, ""])


def test_every_command_and_option_is_documented() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == cli_page(), "write it again: PYTHONPATH=tests uv run --group dev python tests/unit/test_docs.py"


def test_the_documented_commands_exist() -> None:
    """Those that stand in a sentence may lack what has to be given; those of a block are parsed as they will be."""
    wrong = []
    for page in PAGES:
        lines = "\n".join(blocks(page, "bash") + blocks(page, "console")).splitlines()
        inline = re.findall(r"`(?:uv run )?(game-events [^`]+)`", page.read_text(encoding="utf-8"))
        whole = [(part, fault(shlex.split(part), whole=True)) for line in lines for part in typed(line)]
        named = [(part, fault(part.split(), whole=False)) for line in inline for part in spelled_out(line)]
        wrong += [f"{page.name}: {part}: {said}" for part, said in whole + named if said]
    assert wrong == []


def typed(line: str) -> list[str]:
    """The commands of ours in a line of a shell, without what another program is given."""
    start = r"(?:^|\$ |uv run |\$\(|&& |\| )(?:\w+=\S+ )*"
    return [
        f"game-events {said}"
        for said in re.findall(start + r"game-events ((?:'[^']*'|\"[^\"]*\"|[^|&;#<>)'\"])*)", line)
    ]


def fault(line: list[str], *, whole: bool) -> str:
    """What the command line itself says of it; nothing when it would begin its work, or lacks only what is yours."""
    words = line[1:]
    command: Any = ROOT_COMMAND
    context: Any = None
    try:
        while isinstance(command, TyperGroup):
            if not words or words[0] in BUILT_IN:
                return "name a command" if whole and not words else ""
            context = command.make_context(command.name, words[:1], parent=context, resilient_parsing=True)
            name, command, words = command.resolve_command(context, words)
            if command is None:
                return "no such command"
        command.make_context(name, words, parent=context)
    except typer.Exit:
        pass  # --help
    except typer.BadParameter as error:
        comes_otherwise = (error.param is not None and error.param.envvar) or "does not exist" in str(error)
        return str(error) if whole and not comes_otherwise else ""
    except USAGE as error:
        return str(error) if "requires an argument" not in str(error) else ""
    return ""


def spelled_out(line: str) -> list[str]:
    """A command of a sentence without the signs for what may be left out, and one for each of its alternatives."""
    plain = re.sub(r"[\[\]…]|\.\.\.", "", line).replace("\\|", "|").split()
    several = next((word.split("|") for word in plain if "|" in word), [""])
    return [" ".join(one if "|" in word else word for word in plain) for one in several]


by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@by_page
def test_no_page_was_merged_halfway(page: Path) -> None:
    """Code that was does not compile; a page is published so."""
    assert re.findall(r"^(?:<{7}|>{7}) .*$", page.read_text(encoding="utf-8"), re.MULTILINE) == []


@by_page
def test_every_file_and_name_that_a_page_names_exists(page: Path) -> None:
    named = references(page.read_text(encoding="utf-8"))
    assert [f"{one.path}::{one.name}" for one in named if not one.exists] == []


@by_page
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    folders = r"(?<![\w/.-])(?:tests|scripts|benchmarks|examples|docs)/[\w/.-]*[\w/]"
    named = [path for path in re.findall(folders, page.read_text(encoding="utf-8")) if "NNNN" not in path]
    assert [path for path in named if not (ROOT / path).exists() and not (page.parent / path).exists()] == []


@by_page
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]*)(#[^)]*)?\)", page.read_text(encoding="utf-8"))
    dead = []
    for path, anchor in links:
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(path + anchor)
    assert dead == []


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of the headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_make_target_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        inline = re.findall(r"`make (\w+)", page.read_text(encoding="utf-8"))
        for target in [*inline, *re.findall(r"^make (\w+)", "\n".join(blocks(page, "bash")), re.MULTILINE)]:
            assert target in targets, f"{page.name}: make {target}"


def test_a_version_to_copy_is_the_newest_and_its_copy_overwrites_none() -> None:
    copied = r"schemas/(\w+)/([\d-]+)\.json`? (?:→ `|schemas/\w+/)([\d-]+)\.json"
    found = [match for page in PAGES for match in re.findall(copied, page.read_text(encoding="utf-8"))]
    assert len(found) >= 2
    for event_type, newest, copy in found:
        assert contract.versions()[event_type][-1] == newest, f"{event_type}/{newest} is not the newest"
        assert copy not in contract.versions()[event_type], f"{event_type}/{copy} is published"


def test_the_index_lists_every_page_and_every_decision() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [page for folder in ("docs", "docs/decisions") for page in (ROOT / folder).glob("*.md")]
    missing = [page.name for page in pages if page.name != "README.md" and f"{page.name})" not in index]
    assert missing == []


if __name__ == "__main__":
    (ROOT / "docs" / "cli.md").write_text(cli_page(), encoding="utf-8")
