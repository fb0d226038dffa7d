# Everything the README names. Needs only git and Python 3.11 or newer.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
INSTALLED := .venv/.installed
NODE_MODULES := tests/contract/node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help install run demo test check bench format lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): requirements.txt requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Canon needs Python 3.11 or newer: install it, or name it with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . --config-settings editable_mode=compat
	@touch $@

$(NODE_MODULES): $(INSTALLED) tests/contract/package-lock.json
	$(BIN)/python -m tests.contract.install
	@touch $@

install: $(INSTALLED) ## Make .venv with everything in it

run: install ## Start web and worker on the embedded database, for real use
	$(BIN)/canon run

demo: install ## Show the whole flow against a GitHub on loopback (ONCE=1: then exit)
	$(BIN)/canon demo $(if $(ONCE),--once)

test: install $(NODE_MODULES) ## Run all tests; nothing need be running
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: install ## Lint, types, architecture contracts, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## Measure; prints the tables that the README quotes
	$(BIN)/python -m benchmarks

format: install ## Format the code and apply safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: install ## Resolve requirements/*.in into the pinned requirement files
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --no-annotate requirements/run.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --no-annotate requirements/dev.in -o requirements-dev.txt

clean: ## Remove what install, test and bench made
	rm -rf .venv .canon build *.egg-info tests/contract/node_modules benchmarks/.corpus
