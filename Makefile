# One word does it, on a fresh machine too: `make help`.
.DEFAULT_GOAL := help
.PHONY: help setup runtime check test hostile histories speed diff ledger docs site live lock clean

PYTHON_BIN := .venv/bin/python
# make test PYTEST_ARGS="tests/plant -k battery"    make test JOBS=4
PYTEST_ARGS ?=
JOBS ?= 2
HISTORIES ?= 100000
# make diff BASE=v0.1.0 DAYS=30
BASE ?=
DAYS ?= 7

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1~\2/p' $(MAKEFILE_LIST) | awk -F'~' '{printf "%-14s %s\n", $$1, $$2}'

setup: ## make .venv with everything for work on the project
	@tools/bootstrap.sh dev

runtime:
	@tools/bootstrap.sh run

check: setup ## format, lint, types, import rule, generated docs up to date
	$(PYTHON_BIN) -m ruff format --check .
	$(PYTHON_BIN) -m ruff check --no-cache .
	$(PYTHON_BIN) -m mypy
	$(PYTHON_BIN) -m pytest -q tests/test_imports.py
	$(PYTHON_BIN) -m twinverter.catalog.docs --check

test: setup ## all tests, or those named in PYTEST_ARGS
	@$(PYTHON_BIN) -m pytest -q -n $(JOBS) --dist worksteal $(PYTEST_ARGS)

hostile: setup ## a million hostile inputs for each parser of the wires, and the portal's routes
	@TWINVERTER_HOSTILE_INPUTS=1000000 $(PYTHON_BIN) -m pytest -q -n $(JOBS) --dist worksteal \
		tests/ports/test_hostile_*.py $(PYTEST_ARGS)
	@TWINVERTER_HOSTILE_INPUTS=20000 $(PYTHON_BIN) -m pytest -q -n $(JOBS) --dist worksteal \
		tests/portal/test_schemathesis.py

histories: setup ## 100 000 random voltages and frequencies beside the reference; half an hour a core
	@$(PYTHON_BIN) -m twinverter bench histories --count $(HISTORIES) --jobs $(JOBS)

speed: setup ## the benchmarks, medians with spread, beside their peers
	@$(PYTHON_BIN) tools/speed.py

diff: setup ## which flow moved against BASE, when first, by how much
	@$(PYTHON_BIN) tools/diff.py --days $(DAYS) $(BASE) || [ $$? -eq 1 ]

ledger: runtime ## what of the manual no test shows yet, and the count
	@$(PYTHON_BIN) tools/ledger.py

docs: runtime ## write the reference pages and the editor stub from the tables
	$(PYTHON_BIN) -m twinverter.catalog.docs

site: setup ## the documentation site, strict: out/site/index.html
	$(PYTHON_BIN) -m mkdocs build --strict --quiet

live: runtime ## the device alive, its panel in the browser
	@.venv/bin/twinverter live

lock: ## pin the newest releases (the only target that needs uv, which it fetches)
	tools/lock.sh

clean: ## remove what was built, but not .venv
	rm -rf out build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
