"""What the processes log: strictly one JSON object a line, whatever a message holds."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

OURS = ("game_events_api", "game_events_cli", "__main__")
OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure_logging(level: str = "info") -> None:
    """One JSON object a line on standard error, from this package and from the libraries alike.

    Of libraries, warnings and worse: what they say besides is for their own developers.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())


class JsonLine(logging.Formatter):
    """`event` is the message, beside level and timestamp (RFC 3339, UTC); what a call gives as `extra` is a field."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"event": record.getMessage()}
        line |= {name: value for name, value in vars(record).items() if name not in OF_EVERY_RECORD}
        line["pid"] = record.process  # several processes write into one stream
        line["level"] = record.levelname.lower()
        line["timestamp"] = (
            datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        )
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=repr)
