"""Write everything that is generated from schemas/ and openapi.yaml: python scripts/codegen.py"""

import sys

from game_events_contract.checks import unreadable
from game_events_contract.codegen import write
from game_events_contract.lint import lint
from game_events_contract.repository import ROOT, SchemaRepository

if unreadable(found := lint(SchemaRepository(ROOT / "schemas"))):
    sys.exit("\n".join(map(str, found)))
print("\n".join(write()) or "nothing changed")
