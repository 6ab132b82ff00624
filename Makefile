# The default target is what continuous integration runs (.ci/run adds the tools from Debian and npm).
.PHONY: all check unit test format long fuzz pins
all: check test

check:  ## linters, types, the contract's own gate; BASE=origin/main names the revision it compares with
	uv run ruff check .
	uv run ruff format --check .
	uv run mypy
	uv run lint-imports
	uv run game-events schemas check $(if $(BASE),--base $(BASE))

unit:  ## the quick suite: starts no process, server or dbt
	uv run pytest tests/unit

test:  ## the README's test command
	uv run pytest

format:
	uv run ruff format .
	uv run ruff check --fix .

long:  ## the runs that take minutes: crash loops, fault seeds, fuzzers
	uv run pytest -m long --timeout 3600

fuzz:  ## ten minutes of coverage-guided fuzzing of the edge (Linux, Python 3.11: atheris has wheels for it)
	PYTHONPATH=tests uv run --with atheris==3.0.0 python tests/fuzz/fuzz_edge.py -max_total_time=600

pins:  ## resolve anew and pin what was resolved
	uv run --no-project python scripts/pin.py
