# The default target is what continuous integration runs (.ci/run adds the tools from Debian and npm).
DEV := uv run --group dev
PACKAGES := generated sdk api contract warehouse console cli devtools
# What of the SDK decides and does nothing itself: every branch is met by unit tests.
CORE := answers blanks calls encoding errors making outbox receipts retry sending told waiting
COMMA := ,
SDK_CORE := $(subst $() ,$(COMMA),$(CORE:%=sdk/game_events/%.py))
.PHONY: all check security sbom unit test coverage format long fuzz slow site pins
all: check test

check:  ## linters, types, the contract's own gate; BASE=origin/main names the revision it compares with
	$(DEV) ruff check .
	$(DEV) ruff format --check .
	$(DEV) mypy
	$(DEV) lint-imports
	@for package in $(PACKAGES); do (cd $$package && $(DEV) deptry --no-ansi .) || exit 1; done
	$(DEV) vulture
	@complex=$$($(DEV) radon cc --show-complexity --min D $(PACKAGES) scripts tests benchmarks); \
	  echo "$${complex:-no function is more complex than radon's C}"; test -z "$$complex"
	$(DEV) game-events schemas check $(if $(BASE),--base $(BASE))
	@$(MAKE) --no-print-directory security

security:  ## dangerous calls in what is shipped, secrets in files and history (a scanner with a wheel for Linux on x86-64 only)
	$(DEV) bandit --quiet --configfile pyproject.toml --severity-level medium --recursive $(PACKAGES) scripts
	@if $(DEV) which kingfisher >/dev/null; then $(DEV) python scripts/secrets_scan.py .; \
	  else echo "kingfisher is not here: secrets were not looked for"; fi

sbom:  ## what is shipped, as CycloneDX: dist/game-events.cdx.json
	$(DEV) python scripts/sbom.py

unit:  ## the quick suite: starts no process, server or dbt
	$(DEV) pytest tests/unit

test:  ## the README's test command
	$(DEV) pytest

coverage:  ## which lines of the packages the unit and contract tests do not run
	$(DEV) pytest --cov --cov-report=term:skip-covered tests/unit tests/contract \
	  --ignore tests/contract/test_corpus_works.py # which looks at processes
	$(DEV) coverage report --fail-under 100 --include "$(SDK_CORE)"

format:
	$(DEV) ruff format .
	$(DEV) ruff check --fix .

long:  ## the runs that take minutes: crash loops, fault seeds, fuzzers
	$(DEV) pytest -m long --timeout 3600

fuzz:  ## ten minutes of coverage-guided fuzzing of the edge (Linux, Python 3.11: atheris has wheels for it)
	PYTHONPATH=tests $(DEV) --with atheris==3.0.0 python tests/fuzz/fuzz_edge.py -max_total_time=600

slow:  ## ten minutes of searching for the bodies that take the edge longest; prints them
	PYTHONPATH=tests $(DEV) python tests/fuzz/slow_inputs.py --seconds 600

site:  ## the documentation as a site, into build/site (after npm install --ignore-scripts, for the diagrams)
	$(DEV) python scripts/docs_site.py

pins:  ## resolve anew and pin what was resolved
	uv run --no-project python scripts/pin.py
