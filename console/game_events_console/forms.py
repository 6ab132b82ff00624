"""What a form of a page sent."""

from urllib.parse import parse_qsl

from starlette.requests import Request

MOST_BYTES = 256 * 1024
MOST_FIELDS = 64


async def read(request: Request) -> dict[str, str]:
    """By name; of a name that comes twice the last. Empty where it is longer than any form of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}
