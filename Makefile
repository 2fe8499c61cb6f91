# `make` lists what can be made. Each command is the same here, in a hook and in CI.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help install assets demo serve browser test test-sqlite test-postgres check lint types structure migrations messages fix bench run docs spec faults lock clean

PYTHON ?= python3
BIN := .venv/bin
# The least share of branches that the tests of both databases together must run, in per cent.
COVERAGE_FLOOR := 85
EMPORION_TEST_POSTGRES ?= postgres://postgres@127.0.0.1:5432/test
WORKERS ?= 2
PORT ?= 8000
PYTEST := $(BIN)/python -m pytest
ON_SQLITE := env -u DATABASE_URL
ON_POSTGRES := env DATABASE_URL=$(EMPORION_TEST_POSTGRES)
TYPED := emporion tests $(wildcard benchmarks) conftest.py

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

install: .venv/installed $(if $(wildcard package-lock.json),node_modules/installed build/assets) build/messages ## everything, locked, into .venv

.venv/installed: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q emporion
	touch $@

node_modules/installed: package-lock.json
	npm ci --ignore-scripts
	touch $@

build/messages: .venv/installed $(shell find emporion -name '*.po')
	$(BIN)/python -m emporion.kernel.ui.catalogs > /dev/null
	mkdir -p build
	touch $@

assets: build/assets ## the static files of the pages, compressed, into build/static

build/assets: .venv/installed node_modules/installed $(shell find emporion -path '*/static/*' -type f)
	mkdir -p build
	EMPORION_SECRET_KEY=unused DJANGO_SETTINGS_MODULE=emporion.settings \
		$(BIN)/django-admin collectstatic --noinput --verbosity 0
	touch $@

demo: install ## a made-up company, served; one click signs in as each role
	export EMPORION_HOME="$${EMPORION_HOME:-$(CURDIR)/var}"; \
	$(BIN)/emporion demo $(DEMO); \
	echo "Signing in as each role is one click on the first screen. Ctrl-C stops."; \
	exec $(BIN)/emporion serve --port $(PORT) $(ARGS)

serve: install ## your own data folder, served: make serve ARGS="--host 0.0.0.0"
	exec $(BIN)/emporion serve --port $(PORT) $(ARGS)

test: browser test-sqlite test-postgres ## the tests, on SQLite and again on PostgreSQL

browser: ## Chromium for the tests of the pages, where it may be installed
	command -v chromium chromium-browser google-chrome > /dev/null || test -n "$${EMPORION_CHROMIUM:-}" || { \
		test "$$(id -u)" = 0 && command -v apt-get > /dev/null && apt-get update --quiet=2 && \
		DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends chromium fonts-dejavu-core > /dev/null; } || \
		echo "no Chromium and no right to install it: the tests of the pages will be skipped"

test-sqlite: install
	$(ON_SQLITE) $(PYTEST) -n $(WORKERS) --dist loadfile $(COVERAGE) $(ARGS)

test-postgres: install
	$(ON_POSTGRES) $(PYTEST) -n $(WORKERS) --dist loadfile -m "(both_databases or postgres) and not long" \
		$(if $(COVERAGE),$(COVERAGE) --cov-append) $(ARGS)

check: install lint types structure migrations ## everything CI runs
	$(BIN)/towncrier build --draft --version next > /dev/null
	ls changes/*.*.md > /dev/null
	$(MAKE) spec
	$(BIN)/python -m tests.docs --check
	rm -f .coverage .coverage.*
	$(MAKE) test COVERAGE="--cov --cov-report="
	$(BIN)/coverage report --fail-under=$(COVERAGE_FLOOR)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy $(TYPED)

structure: install
	$(BIN)/lint-imports
	$(BIN)/deptry .

migrations: install
	home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; \
	$(ON_SQLITE) EMPORION_HOME="$$home" DJANGO_SETTINGS_MODULE=emporion.settings \
		$(BIN)/django-admin makemigrations --check --dry-run

messages: install ## gathers new strings from the code for the translators, and compiles
	$(BIN)/python -m tests.translations update
	$(BIN)/python -m tests.translations compile

fix: install ## puts style and imports right
	$(BIN)/ruff check --fix-only --exit-zero .
	$(BIN)/ruff format .

bench: install ## the design's budgets, measured: a table of ratios
	$(BIN)/python -m benchmarks $(ARGS)

run: install ## the product: make run ARGS="metrics"
	$(BIN)/emporion $(ARGS)

pictures: install browser ## every main page, two sizes, two themes, three languages, into pictures/
	$(ON_SQLITE) $(BIN)/python -m tests.browser.pictures $(ARGS)

docs: install ## writes the documents that are made from the code
	$(BIN)/python -m tests.docs

spec: install ## how many tests prove each id of docs/spec.md
	$(ON_SQLITE) $(PYTEST) --spec-report -q -m ""

faults: install ## kills, lost connections, many threads at once: minutes
	$(ON_SQLITE) $(PYTEST) tests/faults -m long $(ARGS)
	$(ON_POSTGRES) $(PYTEST) tests/faults -m "long and (both_databases or postgres)" $(ARGS)

lock: ## makes the lock files anew (UPGRADE=1: newest versions)
	$(BIN)/uv pip compile pyproject.toml --quiet $(LOCK) -o requirements/runtime.txt
	$(BIN)/uv pip compile pyproject.toml --quiet --extra dev $(LOCK) -o requirements/dev.txt

LOCK := --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

clean: ## removes all that was made, the data folder not
	rm -rf .venv node_modules build dist *.egg-info htmlcov .coverage .coverage.* .hypothesis \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find emporion -name '*.mo' -delete
