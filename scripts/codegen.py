"""Write everything that is generated from schemas/ and openapi.yaml: python scripts/codegen.py"""

from game_events_contract.codegen import write

print("\n".join(write()) or "nothing changed")
