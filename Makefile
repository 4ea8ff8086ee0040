# Everything that is typed here is typed in CI as well. `make help` lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# What the image has of the extras.
IMAGE := tantivy postgresql opensearch otel vectors
COVERAGE := COVERAGE_FILE=$(CURDIR)/.venv/coverage/data $(BIN)/python -m coverage
# One more than there are cores: tests wait for servers, browsers and sandboxes a third of the time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
# To hunt for slow patterns takes minutes, and a machine that does little else: `make fuzz` does.
WITHOUT_LONG := --ignore=tests/fuzz/test_patterns.py --ignore=tests/fuzz/test_documents.py
# CI has a quarter of an hour. It runs everything on SQLite, and on PostgreSQL what would show
# that they differ; tests/postgres is a part of `make test` wherever PostgreSQL is installed.
STORED := tests/corpus/store tests/corpus/bundle tests/corpus/test_library.py tests/api/v1 \
	$(patsubst %,tests/ingest/test_%.py,pipeline articles indexes)

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: .venv/ready  ## Build .venv from the pinned requirements

serve: .venv/ready  ## Ingest content/ and serve it on http://127.0.0.1:8000
	$(BIN)/fixbook serve

test: .venv/ready-dev  ## Run the tests, but for those that take long
	$(PYTEST) -m "not slow" $(WITHOUT_LONG)

# Of large sets of like cases it takes a part, by turns; all of each with FIXBOOK_TEST_ALL=1. With
# FIXBOOK_TEST_MODULES=6, a sixth of the modules with slow tests, by turns.
test-all: .venv/ready-dev  ## Run all tests, as CI does: also kills, sandboxes, browsers, PostgreSQL
	$(PYTEST) $(WITHOUT_LONG)

# Tests that measure CPU time are left out: tracing takes some.
coverage: .venv/ready-dev  ## Say which lines no test runs (all tests but tests/browser and tests/fuzz)
	rm -rf .venv/coverage && mkdir .venv/coverage
	$(COVERAGE) run -m pytest -n auto --dist worksteal --ignore=tests/browser --ignore=tests/fuzz
	$(COVERAGE) combine --quiet
	$(COVERAGE) report

test-browser: .venv/ready-dev  ## Run the tests in Chromium alone (Debian: chromium)
	$(BIN)/python -m pytest -n 2 tests/browser

test-faults: .venv/ready-dev  ## Run the tests of everything that can break, the long ones too
	FIXBOOK_TEST_FAULTS=1 FIXBOOK_TEST_KILLS=200 $(BIN)/python -m pytest -n 2 tests/faults tests/ingest/test_killed.py tests/ingest/sync/test_killed.py tests/api/v1/test_feedback_killed.py

test-postgres: .venv/ready-dev  ## Run the tests on a PostgreSQL server of their own
	$(BIN)/python -m tests.postgres -n auto --ignore=tests/browser $(WITHOUT_LONG)

test-postgres-part: .venv/ready-dev  ## The same for what asks most of a database, as CI does
	$(BIN)/python -m tests.postgres -n auto $(STORED)

test-opensearch: .venv/ready-dev .venv/opensearch/ready  ## Run the tests that need OpenSearch (Java 17, Maven)
	$(BIN)/python -m tests.opensearch.run

test-clients: .venv/ready-dev .venv/clients/ready tests/clients/node_modules  ## Generate clients from the specification (Node.js 18, npm)
	$(BIN)/python -m pytest tests/clients

test-cluster: .venv/ready-dev .venv/opensearch/ready  ## Run many servers over PostgreSQL and OpenSearch, behind nginx
	$(BIN)/python -m tests.cluster

fuzz: .venv/ready-dev  ## Hunt for input that breaks something
	$(BIN)/python -m pytest tests/fuzz
	$(BIN)/python -m tests.fuzz --seconds $(or $(DURATION),60) --runs $(or $(RUNS),0)

lint: .venv/ready-dev  ## Check format, style, types and import directions
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml api cli corpus ingest languages verify

audit: .venv/ready-dev  ## Ask whether a dependency has a known weakness (needs a network)
	$(BIN)/uv tool run pip-audit --strict --requirement requirements.txt --no-deps --disable-pip

sbom: .venv/ready-dev  ## Write sbom.json, what the image is made of (CycloneDX; needs a network)
	$(BIN)/uv tool run --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements-image.txt --pyproject pyproject.toml --mc-type application --output-reproducible --validate --of JSON -o sbom.json

# Two builds of a commit are the same, byte for byte.
wheel: .venv/ready-dev  ## Build the wheel of the last commit into dist/
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) deploy/build-wheel.sh $(BIN)/python dist

format: .venv/ready-dev  ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

openapi: .venv/ready  ## Generate openapi/openapi.json
	$(BIN)/fixbook openapi > openapi/openapi.json

verify: .venv/ready  ## Run every check of content/ in a sandbox (needs bubblewrap)
	$(BIN)/fixbook verify

environments: .venv/ready  ## Make the environments bullseye, bookworm and trixie (needs mmdebstrap, 8 GB)
	for name in bullseye bookworm trixie; do \
		test -e data/environments/$$name || FIXBOOK_DATA_DIR=data $(BIN)/fixbook environments add $$name || exit; done

table: .venv/ready  ## Put the table of the errors that were run into docs/verification.md
	$(BIN)/fixbook verify --table > docs/table.new
	sed -i -e '/^<!-- table -->/,/^<!-- end/{//!d}' -e '/^<!-- table -->/r docs/table.new' docs/verification.md
	rm docs/table.new

test-environment: .venv/ready-dev  ## The tests of the sandbox in an environment (needs mmdebstrap)
	test -e data/environments/bookworm || FIXBOOK_DATA_DIR=data $(BIN)/fixbook environments add bookworm
	FIXBOOK_TEST_ROOT=data/environments/bookworm $(BIN)/python -m pytest tests/verify/isolation tests/verify/test_escapes.py tests/verify/test_system_calls.py

test-empty:  ## Try both commands of the README where there is nothing but Python and make (needs mmdebstrap, root)
	tests/empty_machine.sh bookworm test
	tests/empty_machine.sh trixie test

bench: .venv/ready-dev  ## Measure and write docs/benchmarks.md (PARTS=passes, SIZES=100,10000; all by default)
	$(BIN)/python -m bench $(PARTS) $(if $(SIZES),--sizes $(SIZES))

soak: .venv/ready-dev  ## A million mixed requests while the corpus changes
	$(BIN)/python -m bench soak --requests 1000000

LOCK = $(BIN)/uv pip compile -q $(UPGRADE) --universal --no-header --no-annotate --generate-hashes
lock: UPGRADE = --upgrade
lock: pin  ## Pin the newest versions of everything
pin: .venv/ready-dev  ## Pin what is not pinned yet, with hashes
	$(LOCK) pyproject.toml requirements-build.in -o requirements.txt
	$(LOCK) pyproject.toml requirements-build.in --all-extras -o requirements-dev.txt
	$(LOCK) pyproject.toml requirements-build.in $(IMAGE:%=--extra %) -c requirements-dev.txt -o requirements-image.txt
	echo openapi-python-client | $(LOCK) - -o tests/clients/requirements.txt

clean:  ## Remove what was built and ingested
	rm -rf .venv data *.egg-info

.venv/opensearch/ready: tests/opensearch/pom.xml
	mvn -B -q -f tests/opensearch/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.venv/opensearch
	touch $@

# The tests of what is not installed are left out.
.venv/clients/ready: tests/clients/requirements.txt | .venv/ready-dev
	$(PYTHON) -m venv --clear .venv/clients
	.venv/clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/clients/requirements.txt
	touch $@

tests/clients/node_modules: tests/clients/package-lock.json
	cd tests/clients && npm ci
	touch $@

.venv/ready: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q api cli corpus ingest languages verify
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -c "import api.pages.html.frame" # compiles templates
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	$(INSTALL) --require-hashes -r requirements-dev.txt
	touch $@

.PHONY: test-empty pin sbom wheel audit coverage fuzz help setup serve test test-clients test-environment environments table test-all test-faults test-cluster test-opensearch test-browser test-postgres test-postgres-part lint format openapi verify bench soak lock clean
