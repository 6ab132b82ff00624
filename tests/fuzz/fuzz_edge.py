"""Coverage-guided fuzzing of the edge: `make fuzz`, or with libFuzzer's own options behind it

    PYTHONPATH=tests uv run --group dev --with atheris==3.0.0 python tests/fuzz/fuzz_edge.py -max_total_time=600

The corpus grows in `.fuzz/corpus`; what breaks a promise is written to `.fuzz/` and belongs, once mended, into
tests/fuzz/findings, where every test run tries it again. atheris has wheels for Python 3.11 on Linux.
"""

import contextlib
import hashlib
import sys
import tempfile
import time
from pathlib import Path

import atheris  # type: ignore[import-not-found]  # only this program needs it, see above

with atheris.instrument_imports(
    include=["game_events_api", "game_events_models", "jsonschema", "fuzz.edge_target", "fuzz.independent_judges"]
):
    from fuzz.edge_target import EdgeTarget
from fuzz.edge_seeds import seeds
from fuzz.json_mutations import JsonMutator

FOLDER = Path(__file__).resolve().parents[2] / ".fuzz"
MAX_BYTES = 20_000  # past the bodies the target takes
REPORT_SECONDS = 60.0
RSS_LIMIT_MB = 600


def main() -> None:
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    known = [data for _, data in seeds()]
    for data in known:
        (corpus / hashlib.sha256(data).hexdigest()[:24]).write_bytes(data)
    mutator = JsonMutator(known)
    with tempfile.TemporaryDirectory(prefix="edge-fuzz-") as scratch:
        target = EdgeTarget(Path(scratch))
        started = reported = time.monotonic()

        def execute(data: bytes) -> None:
            nonlocal reported
            target(data)
            if (now := time.monotonic()) - reported > REPORT_SECONDS or target.executions in (1, len(known)):
                reported = now
                print(
                    f"{now - started:.0f} s: {target.executions:,} executions, {target.accepted:,} events accepted,"
                    f" {resident_megabytes():.0f} MB",
                    file=sys.stderr,
                )

        def mutate(data: bytes, max_size: int, seed: int) -> bytes:
            return mutator.mutate(data, max_size, seed, atheris.Mutate)

        options = [
            f"-max_len={MAX_BYTES}",
            "-timeout=10",
            f"-rss_limit_mb={RSS_LIMIT_MB}",
            f"-artifact_prefix={FOLDER}/",
            "-print_final_stats=1",
            "-reload=0",
        ]
        atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(corpus)], execute, custom_mutator=mutate)
        with contextlib.closing(target):
            atheris.Fuzz()


def resident_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
