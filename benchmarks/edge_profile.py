"""Where a worker's time goes: `uv run --with py-spy==0.4.3 python benchmarks/edge_profile.py single | batch500`.

py-spy samples the worker from outside while it is under load, so the profile does not slow what it looks at. Counted
is who holds the interpreter lock. The stacks stay in the file given by --output, in the form that flamegraph.pl and
speedscope.app read.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from edge import QUICK, measure
from edge_processes import running

RATE = 250
SHOWN = 25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    workloads = {workload.name: workload for workload in QUICK if workload.server == "ours"}
    parser.add_argument("workload", choices=list(workloads))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--output", type=Path, default=Path("profile.txt"))
    arguments = parser.parse_args()
    py_spy = shutil.which("py-spy")
    if py_spy is None:
        raise SystemExit("py-spy is missing; start this with `uv run --with py-spy==0.4.3 python …`")
    with (
        tempfile.TemporaryDirectory(prefix="edge-profile-") as scratch,
        running("ours", Path(scratch) / "data") as server,
    ):
        options = ["--gil", "--rate", str(RATE), "--duration", f"{arguments.seconds:.0f}", "--format", "raw"]
        target = ["--output", str(arguments.output), "--pid", str(server.processes[0].pid)]
        sampler = subprocess.Popen([py_spy, "record", *options, *target])
        # A little longer than the sampling, which takes a moment to start.
        result = measure(
            workloads[arguments.workload], server, Path(scratch), arguments.seconds + 2, None, shutil.which("wrk")
        )
        if sampler.wait():
            raise SystemExit("py-spy cannot look into the worker; it needs the same user and ptrace")
    print(f"{result['rps']:,.0f} requests/s at {result['cpu_us']:.0f} CPU µs each\n")
    report(arguments.output.read_text().splitlines())


def report(stacks: list[str]) -> None:
    """Each function's own share, and its share with what it calls."""
    own, whole = Counter[str](), Counter[str]()
    for stack in stacks:
        frames, _, count = stack.rpartition(" ")
        names = [frame.rpartition(":")[0] + ")" for frame in frames.split(";")]  # without the line
        own[names[-1]] += int(count)
        for name in set(names):
            whole[name] += int(count)
    total = own.total() or 1
    print(f"{'own':>7}{'with callees':>14}  of {total:,} samples")
    for name, alone in own.most_common(SHOWN):
        print(f"{alone / total:7.1%}{whole[name] / total:14.1%}  {name}")


if __name__ == "__main__":
    main()
