"""Write what is said of the settings elsewhere from the settings themselves: python scripts/settings_docs.py

The tables in docs/, .env.example and the help of `game-events serve`.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import fill

from game_events_api.settings import AdminSettings, DeliverySettings, Settings
from game_events_api.settings.base import KIB, MIB, CommonSettings, variable
from game_events_api.settings.variables import FIELDS, FILES, OTHERS
from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parent.parent
TABLES: dict[str, type[CommonSettings]] = {
    "docs/edge.md": Settings,
    "docs/access.md": AdminSettings,
    "docs/delivery.md": DeliverySettings,
}
UNITS = {"GiB": 1024 * MIB, "MiB": MIB, "KiB": KIB}
SERVE = "cli/game_events_cli/serve.py"
SERVE_OPTIONS = ("host", "port", "admin_host", "admin_port", "data_dir", "sink", "workers", "redis_url")
HERE = "Written by scripts/settings_docs.py from the settings; edit those, then run it."
REGION = re.compile(r"(?P<begin>[^\n]*settings: begin[^\n]*\n).*?(?P<end>[^\n]*settings: end[^\n]*\n)", re.DOTALL)


def texts() -> dict[str, str]:
    """Every file, by its path from the repository's top, as it has to be."""
    filled = {page: _within(page, table(kind)) for page, kind in TABLES.items()}
    return {**filled, SERVE: _within(SERVE, serve_help()), ".env.example": env_example()}


def table(kind: type[CommonSettings]) -> str:
    fields = kind.model_fields.items()
    rows = [f"| {name} | {shown_default(name, field)} | {field.description} |\n" for name, field in fields]
    return f"| setting | default | what |\n|---|---|---|\n{''.join(rows)}"


def env_example() -> str:
    edge, shared = Settings.model_fields, CommonSettings.model_fields
    admin, delivery = (
        {name: field for name, field in kind.model_fields.items() if name not in shared}
        for kind in (AdminSettings, DeliverySettings)
    )
    others = {name: text for name, text in OTHERS.items() if name not in map(variable, FIELDS)}
    parts = [
        f"# Every variable of Game Events; the settings with their defaults.\n# {HERE}\n",
        "# --- Server and workers: docs/edge.md ---\n",
        *_settings(edge.items()),
        "# --- Admin port: docs/access.md ---\n",
        *_settings(admin.items()),
        "# --- Delivery: docs/delivery.md ---\n",
        *_settings(delivery.items()),
        "# --- Commands and tests; no settings of the server ---\n",
        *(f"{_comment(text)}\n#{name}=\n" for name, text in others.items()),
    ]
    return "\n".join(parts)


def serve_help() -> str:
    """The first sentence of each setting that is an option, with its default."""
    fields = {**Settings.model_fields, **AdminSettings.model_fields, **DeliverySettings.model_fields}
    lines = []
    for name in SERVE_OPTIONS:
        sentence = str(fields[name].description).partition(". ")[0].removesuffix(".") + "."
        default = "" if fields[name].default is None else f" (default: {fields[name].default})"
        lines.append(f'    "{name}": "{sentence}{default}",\n')
    return f"# {HERE}\nHELP = {{\n{''.join(lines)}}}\n"


def shown_default(name: str, field: FieldInfo) -> str:
    """As one would write it; sizes also in a unit that one can read."""
    if _unset(field):
        return "none"
    if not name.endswith("_bytes"):
        return shown_value(field)
    unit = next(unit for unit in UNITS if field.default >= UNITS[unit])
    return f"{field.default} ({field.default // UNITS[unit]} {unit})"


def shown_value(field: FieldInfo) -> str:
    if _unset(field):
        return ""
    return ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)


def _settings(fields: Iterable[tuple[str, FieldInfo]]) -> list[str]:
    return [
        f"{_comment(str(field.description))}\n#{variable(name)}={shown_value(field)}\n{_file(name)}"
        for name, field in fields
    ]


def _file(name: str) -> str:
    return "".join(f"#{by_file}=\n" for by_file, field in FILES.items() if field == name)


def _unset(field: FieldInfo) -> bool:
    return field.default in (None, ())


def _comment(text: str) -> str:
    return fill(text, 118, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _within(path: str, text: str) -> str:
    """The file with the text between its markers."""
    return REGION.sub(lambda found: f"{found['begin']}{text}{found['end']}", (ROOT / path).read_text(encoding="utf-8"))


if __name__ == "__main__":
    for path, text in texts().items():
        (ROOT / path).write_text(text, encoding="utf-8")
