"""What a form of a page sent."""

from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 64 * 1024
MOST_PASTED_BYTES = 1024 * 1024
"""Of a form that documents are pasted into, three bytes for each that is no letter."""
MOST_FIELDS = 64


class TooLong(Exception):
    """Longer than any form of ours."""


async def read(request: Request) -> dict[str, str]:
    """By name; of a name that comes twice the last. Empty where it is longer than any form of somebody unknown."""
    try:
        return await read_long(request, MOST_BYTES)
    except TooLong:
        return {}


async def read_long(request: Request, most: int = MOST_PASTED_BYTES) -> dict[str, str]:
    """The same of whoever is signed in. Raises TooLong."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise TooLong
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}
