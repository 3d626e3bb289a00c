# Everything a newcomer needs: `make demo` and `make test` do all set-up. Needs Python 3.11 to 3.13, git and make.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3,11) <= sys.version_info < (3,14))' 2>/dev/null && { echo $$p; break; }; done)
UV_VERSION := 0.13.9
BIN := .venv/bin
DEMO := examples/andina
# Prefect keeps its runs inside the checkout, and says nothing to anybody.
export PREFECT_HOME ?= $(CURDIR)/.prefect
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format example ui bench bench-large soak bench-sending judge storm fuzz worlds messages clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready ## Make .venv with the locked packages

.venv/.ready: uv.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Puntual needs Python 3.11, 3.12 or 3.13 with the venv module; set PYTHON=/path/to/python."; exit 1; }
	@echo "Setting up .venv (the first time takes a minute or two) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv sync --frozen --quiet
	@touch $@

demo: setup ## Run the example company's day and show where to look
	@$(BIN)/puntual demo $(DEMO)

test: setup ## Run all fast tests
	@$(BIN)/pytest -n 2 --dist loadfile -q

lint: setup ## Run every linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --processes 2 sql

format: setup ## Format Python and fix what the linters can fix
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

example: setup ## Write the example's exports again (same bytes)
	$(BIN)/python -m examples.generate

ui: setup ## Open the Prefect server with the runs of this checkout on http://127.0.0.1:4200
	$(BIN)/prefect server start

bench: setup ## Benchmark the daily run on 1 million receivables
	$(BIN)/python -m benchmarks.daily_run --rows 1000000

bench-large: setup ## Benchmark the daily run on 10 million receivables (needs 12 GB of disk)
	$(BIN)/python -m benchmarks.daily_run --rows 10000000

soak: setup ## Kill the sender 1,020 times under provider faults, on SQLite and PostgreSQL; read from the analysts' side meanwhile
	$(BIN)/python -m benchmarks.kill_sweep --kills 57 --seeds 9 --ledger sqlite --ledger postgres
	$(BIN)/python -m benchmarks.analyst_loop --runs 10

storm: setup ## Tell 100,000 provider events 1 to 46 times, shuffled, late and forged, and compare where messages end
	$(BIN)/python -m benchmarks.webhook_storm --repeats even

bench-sending: setup ## Messages a second with durable claims beside the bare client; what Prefect adds to 100,000 messages
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.orchestration --messages 100000

judge: setup ## Have Prism judge our requests to SendGrid (needs node and npm's registry)
	$(BIN)/python -m benchmarks.prism_judge

fuzz: setup ## Feed a million hostile texts and files to every reader; SEED=… repeats a run
	@$(BIN)/uv sync --frozen --quiet --group fuzz
	$(BIN)/python -m tests.fuzz.run $(if $(SEED),--seed $(SEED))

worlds: setup ## Decide 100,000 random worlds in SQL and by a Python oracle, and say where they differ
	$(BIN)/python -m tests.segment.run_worlds

messages: setup ## Render 10,000 messages of random debtors and look for leaks, gaps and unescaped text
	$(BIN)/python -m tests.remind.random_reminders

clean: ## Remove what runs and set-up made
	rm -rf .venv .prefect .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz $(DEMO)/.puntual
