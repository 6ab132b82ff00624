"""Build the documentation site into build/site: `make site`. A dead link, or a page that cannot be read, stops it.

The repository's pages stand in the site as they do here, so that one link is right in both. Added to them: the Python
reference out of docstrings, and the HTTP reference out of the document that the server serves.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import game_events
from game_events_models import contract

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "openapi.yaml", "docs", "examples")
TOOLS = ("zensical==0.0.73", "mkdocstrings[python]==1.0.8")
"""In an environment of their own: zensical needs a pathspec that dbt does not take. MIT, by the makers of Material for
MkDocs, and ISC; zensical 0.1.3 cannot be installed."""
MERMAID = ROOT / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
STYLE = ROOT / "scripts" / "docs_site.css"
METHODS = ("get", "post", "put", "patch", "delete")


def main() -> None:
    if not MERMAID.exists():
        sys.exit("the diagrams need npm's mermaid: run `npm install --ignore-scripts`, then this again")
    gather(BUILD / "docs")
    tool = ["uv", "run", "--quiet", "--no-project", *(f"--with={one}" for one in TOOLS), "zensical"]
    done = subprocess.run([*tool, "build", "--clean", "--strict", "--config-file", ROOT / "mkdocs.yml"], check=False)
    if done.returncode:
        sys.exit("the site was not built: see above")
    print(f"the site is in {(BUILD / 'site').relative_to(ROOT)}; try it: python -m http.server -d build/site 8080")


def gather(target: Path) -> None:
    """Everything that zensical reads."""
    shutil.rmtree(target, ignore_errors=True)
    for name in PAGES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target / name)
    (target / "assets").mkdir()
    shutil.copy(MERMAID, target / "assets")
    shutil.copy(STYLE, target / "assets")
    (target / "reference").mkdir()
    (target / "reference" / "python.md").write_text(python_page(), encoding="utf-8")
    (target / "reference" / "http.md").write_text(http_page(contract.openapi()), encoding="utf-8")


def python_page() -> str:
    """Every public name of the SDK, which mkdocstrings reads out of the source."""
    lines = ["# Python reference", "", "What `game_events` offers. The guide is [here](../docs/sdk.md).", ""]
    for name in sorted(game_events.__all__):
        if not name.startswith("_") and not name.endswith("EventMethods"):  # what the clients inherit, and show
            home = getattr(game_events, name).__module__  # events' classes are those of the models
            lines += [f"::: {home}.{name}", ""]
    return "\n".join(lines)


def http_page(document: Mapping[str, Any]) -> str:
    """Every operation, its parameters and its answers."""
    lines = [
        "# HTTP reference",
        "",
        "Out of [openapi.yaml](../openapi.yaml), which the server serves at `/openapi.json`.",
        "",
    ]
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                lines += operation(document, f"{method.upper()} {path}", item[method], shared)
    return "\n".join(lines)


def operation(document: Mapping[str, Any], title: str, said: Mapping[str, Any], shared: list[Any]) -> Iterator[str]:
    yield from (f"## `{title}`", "", f"**{said['summary']}**", "")
    if "description" in said:
        yield from (str(said["description"]), "")
    if parameters := [resolved(document, one) for one in [*shared, *said.get("parameters", [])]]:
        yield from ("| parameter | in | meaning |", "|---|---|---|")
        for one in parameters:
            yield f"| `{one['name']}`{' (required)' if one.get('required') else ''} | {one['in']} | {cell(one)} |"
        yield ""
    yield from ("| answer | meaning |", "|---|---|")
    for status, answer in said["responses"].items():
        yield f"| {status} | {cell(resolved(document, answer))} |"
    yield ""


def resolved(document: Any, one: Mapping[str, Any]) -> Mapping[str, Any]:
    """The component that is meant, where it is named only."""
    if "$ref" not in one:
        return one
    found = document
    for step in str(one["$ref"]).removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def cell(one: Mapping[str, Any]) -> str:
    return " ".join(str(one.get("description", "")).split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
