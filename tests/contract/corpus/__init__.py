"""Event schemas as studios write them: each works everywhere, or the lint refuses it with a sentence.

`CASES` are written by hand, the fifteen of `studio/` among them; `random_events` draws more from a seed.
`write` puts them into a checkout's `schemas/`.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from contract.corpus.annotations import ANNOTATIONS
from contract.corpus.case import Case
from contract.corpus.columns import COLUMNS
from contract.corpus.lists import LISTS
from contract.corpus.names import NAMES
from contract.corpus.objects import OBJECTS
from contract.corpus.references import REFERENCES
from contract.corpus.texts import NUMBERS, TEXTS, WORDS
from contract.corpus.unions import CONDITIONS, UNIONS
from contract.corpus.values import ENUMS, NULLABLE

_STUDIO = Path(__file__).parent / "studio"


def _studio() -> list[Case]:
    cases = []
    for path in sorted(_STUDIO.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        cases.append(Case("as a studio writes it", path.stem, document, valid=tuple(document["examples"])))
    return cases


CASES: list[Case] = [
    *_studio(),
    *LISTS,
    *OBJECTS,
    *UNIONS,
    *REFERENCES,
    *CONDITIONS,
    *NULLABLE,
    *ENUMS,
    *TEXTS,
    *NUMBERS,
    *WORDS,
    *NAMES,
    *COLUMNS,
    *ANNOTATIONS,
]
WORKING: list[Case] = [case for case in CASES if case.refused is None]
REFUSED: list[Case] = [case for case in CASES if case.refused is not None]


def write(cases: Iterable[Case], checkout: Path) -> None:
    """Each case's schema as the version 1-0-0 in `checkout/schemas`."""
    for case in cases:
        folder = checkout / "schemas" / case.event_type
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(case.document, indent=2, ensure_ascii=False)
        (folder / "1-0-0.json").write_text(text, encoding="utf-8")
