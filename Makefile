# Everything starts here and sets itself up: Python 3.11 to 3.13 and make are all it needs.

.DEFAULT_GOAL := help
.PHONY: help run test browser check bench fmt lock schema vendor clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# The newest one that runs: a name alone may be a version manager's empty promise.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1 \
	&& echo $$name && break; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
UV_COMPILE := $(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url

ARGS ?=
PYTEST_ARGS ?=
# In the order of their folders: by their number of tests, files of one long test would come last, and one core be idle.
PYTEST_WORKERS ?= -n 2 --dist loadfile --no-loadscope-reorder

help: ## list what there is to do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(READY) ## start everything with demo data; ARGS="..." goes to `forebay demo`
	@$(BIN)/forebay demo $(ARGS)

test: $(READY) ## run the tests; PYTEST_ARGS="..." goes to pytest
	@$(BIN)/python -m pytest $(PYTEST_WORKERS) $(PYTEST_ARGS)

browser: $(READY) ## drive the console in Chromium (FOREBAY_CHROMIUM), and write docs/screenshots
	@$(BIN)/python -m pytest tests/browser $(PYTEST_ARGS)

check: $(READY) ## format, lint, types, layers, unused dependencies, schema drift
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/forebay schema --check

bench: $(READY) ## measure throughput and latency
	@$(BIN)/python -m benchmarks $(ARGS)

fmt: $(READY) ## format, and mend what the linter can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

lock: $(READY) ## resolve the dependencies anew; UPGRADE=--upgrade for newer ones
	@$(PIP) install uv
	@$(UV_COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.lock
	@$(UV_COMPILE) $(UPGRADE) pyproject.toml --extra demo --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	@echo hatchling | $(UV_COMPILE) $(UPGRADE) - --constraint requirements-dev.lock \
		--output-file requirements-build.lock

schema: $(READY) ## write schema.graphql
	@$(BIN)/forebay schema

vendor: $(READY) ## copy the console's libraries anew, as vendoring/package-lock.json says; needs npm
	@$(BIN)/python -m vendoring

clean: ## remove what was made here: environment, data, caches
	@rm -rf $(VENV) .forebay .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Forebay needs Python 3.11, 3.12 or 3.13: install one, or name it: make PYTHON=..." >&2; exit 1; }
	@rm -f $@
	@$(BIN)/python -c '' 2>/dev/null || { echo "Setting up $(VENV) with $(PYTHON) ..."; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing the locked dependencies (once, about a minute) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
