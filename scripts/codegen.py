"""Write everything that is generated from schemas/ and openapi.yaml.

python scripts/codegen.py           # write it
python scripts/codegen.py --check   # exit 1 and name what has drifted, write nothing
"""

import sys

from game_events_contract.codegen import drift, write


def main() -> int:
    if "--check" in sys.argv[1:]:
        drifted = drift()
        print("\n".join(drifted) or "generated code is up to date", file=sys.stderr if drifted else sys.stdout)
        return 1 if drifted else 0
    changed = write()
    print("\n".join(changed) or "nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
