"""Pages from templates, and the headers that every one of them has."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from game_events_console.amounts import exact, rounded
from game_events_console.heat import heat_of
from game_events_console.pivot import Pivot, pivot_of
from game_events_console.sentences import field_of, sentence
from game_events_console.sessions import Session
from game_events_console.telling import told

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"content-security-policy": POLICY, "cache-control": "no-store"}
THEMES = ("light", "dark")
MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def shown(request: Request, template: str, session: Session | None, status: int = 200, **values: Any) -> HTMLResponse:
    """A page; for `console.js`, which says so, only its part that changes."""
    theme = request.cookies.get("theme", "")
    html = _TEMPLATES.get_template(template).render(
        request=request,
        session=session,
        theme=theme if theme in THEMES else "",
        partial=request.headers.get("x-partial") == "true",
        root=request.scope.get("root_path", ""),
        **values,
    )
    body = html.encode("utf-8", "backslashreplace")  # half of a character, as an escape in what was sent or pasted
    return HTMLResponse(body, status_code=status, headers=HEADERS | {"vary": "X-Partial, Cookie"})


def fragment(template: str, macro: str, *arguments: Any) -> str:
    """What one macro of a template comes to."""
    made: str = getattr(_TEMPLATES.get_template(template).module, macro)(*arguments)
    return made


def asset(name: str) -> Response | None:
    """A file of `static/`; None where there is none of this name."""
    media = MEDIA.get("." + name.rpartition(".")[2])
    file = files("game_events_console") / "static" / name
    if media is None or "/" in name or not file.is_file():
        return None
    headers = {"cache-control": "public, max-age=3600", "content-security-policy": "default-src 'none'"}
    return Response(file.read_bytes(), media_type=media, headers=headers)


def prepare() -> None:
    """Compile the templates before anybody waits for a page."""
    for name in _TEMPLATES.list_templates():
        _TEMPLATES.get_template(name)


def number(value: float | int | None) -> str:
    return "–" if value is None else f"{value:,}".replace("-", "−")


def money(value: float | str | None) -> str:
    """Two decimals; amounts of the API are text."""
    return "–" if value is None else f"{float(value):,.2f}".replace("-", "−")


def clock(value: str | None) -> str:
    """`09:37:31` of an RFC 3339 text."""
    return (value or "")[11:19] or "–"


def day(value: str | None) -> str:
    try:
        return datetime.fromisoformat((value or "")[:10]).strftime("%-d %B %Y")
    except ValueError:
        return "–"


def short_day(value: Any) -> str:
    """`11-27` of a day of these months, else the whole of it."""
    try:
        of = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return f"{of:%m-%d}" if abs((datetime.now(UTC).date() - of).days) < 300 else of.isoformat()


def moment(value: str) -> str:
    """`27 November, 09:37:47`."""
    return f"{day(value).rpartition(' ')[0]}, {clock(value)}"


def at(value: str) -> str:
    """`at 09:37:47` of today, else the moment."""
    today = datetime.now(UTC).date().isoformat()
    return f"at {clock(value)}" if value[:10] == today else moment(value)


def percent(part: float, whole: float) -> str:
    return "–" if not whole else f"{100 * part / whole:.1f} %"


def took(seconds: float | None) -> str:
    """`1.4 ms`, `0.6 s`, `28 s`, `3 min`, `26 h`, `5 days`; no more than a histogram knows."""
    if seconds is None:
        return "–"
    if seconds < 0.1:
        return f"{seconds * 1000:.1f} ms"
    for most, unit, name in ((10, 1, ""), (120, 1, "s"), (7200, 60, "min"), (48 * 3600, 3600, "h")):
        if seconds < most:
            return f"{seconds / unit:.0f} {name}" if name else f"{seconds:.1f} s"
    return f"{seconds / 86400:.0f} days"


def size(number: float | None) -> str:
    """Bytes as `0 B`, `1.5 MiB`."""
    if number is None:
        return "–"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024:
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:,.1f} TiB"


def at_second(unix: float) -> str:
    """`09:37:31`, UTC."""
    return clock(datetime.fromtimestamp(unix, UTC).isoformat())


def stamp(unix: float) -> str:
    """`11-28 09:37:31`, UTC."""
    return datetime.fromtimestamp(unix, UTC).strftime("%m-%d %H:%M:%S")


def coded(text: str) -> Markup:
    """A sentence with its `code` marked up."""
    code = Markup("<code>{}</code>")
    parts = enumerate(text.split("`"))
    return Markup("").join(code.format(part) if place % 2 else escape(part) for place, part in parts)


def reason_of(reason: Mapping[str, Any], event_type: str | None, version: str | None) -> Markup:
    """The sentence of a reason, with its field as code."""
    name = field_of(str(reason.get("pointer") or ""))
    text = sentence(reason, event_type, version)
    return coded(text.replace(name, f"`{name}`", 1) if name != "the event" else text)


def _pivot(answer: Mapping[str, Any]) -> Pivot:
    return pivot_of(answer, datetime.now(UTC).date())


_TEMPLATES = Environment(
    loader=PackageLoader("game_events_console"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(number=number, money=money, heat=heat_of, clock=clock, day=day, told=told, coded=coded)
_TEMPLATES.filters.update(took=took, size=size, at_second=at_second, stamp=stamp, exact=exact, rounded=rounded)
_TEMPLATES.filters.update(short_day=short_day, at=at, moment=moment, pivot=_pivot)
_TEMPLATES.globals.update(reason_of=reason_of, percent=percent)
