"""Every log that the servers of a test run wrote, searched for secrets when the run ends.

Found by form: API keys with their checksum (whoever made them), URLs with a password, signed tokens, private keys.
Found by value: passwords that a server was told.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from game_events_api.admission.api_key import has_checksum

ENDINGS = (".log", ".jsonl")
KEY = re.compile(rb"ge_(?:live|test)_[a-z2-7]+_[a-z2-7]+")
FORMS = {
    "a URL with a password": re.compile(rb"\b[a-z][a-z+]*://[^/\s:@\"]*:[^/\s@\"*]+@"),
    "a signed token": re.compile(rb"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a private key": re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def passwords(texts: Iterable[str]) -> set[str]:
    """Of those that are URLs."""
    return {found for text in texts if "://" in text and (found := urlsplit(text).password)}


def leaks(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Which log below the folder has what, without saying it."""
    values = [secret.encode() for secret in secrets]
    found = []
    for at, _, names in os.walk(folder):
        for path in (Path(at, name) for name in names if name.endswith(ENDINGS)):
            text = path.read_bytes()
            kinds = [kind for kind, form in FORMS.items() if form.search(text)]
            kinds += ["an API key"] if any(map(has_checksum, KEY.findall(text))) else []
            kinds += ["a password of a setting"] if any(value in text for value in values) else []
            found += [f"{path} has {kind}" for kind in kinds]
    return found


@contextmanager
def searched(folder: Path) -> Iterator[set[str]]:
    """Give the set of secrets to fill; on leaving fail where a log has one."""
    secrets: set[str] = set()
    yield secrets
    if found := leaks(folder, secrets):
        pytest.fail("secrets in the logs of this run:\n" + "\n".join(found))
