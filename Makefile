# Siegelpost. `make help` lists what this file can do.

PYTHON ?= python3
SERVE ?= 1
BIN := .venv/bin
# Of the tests: as many as cores for what only computes, and one more for `make test`: senders and browsers wait for each other.
CORES ?= 2
WORKERS ?= $(shell expr $(CORES) + 1)

.DEFAULT_GOAL := help
.PHONY: help demo test check serve bench assets wheel release docs pictures setup translations system-packages

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## set up, send a mailing to a local mail catcher, log in and look; SERVE=0 ends after the summary
	$(BIN)/python -m siegelpost.workbench.demo $(if $(filter 0,$(SERVE)),--no-serve)

test: setup system-packages ## run all tests, lints and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n $(WORKERS)
	sh scripts/test_on_postgresql.sh -n $(WORKERS)

check: setup ## the fast part: lints, types and the tests without servers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n $(CORES) -m "not wire and not slow and not postgresql"

serve: setup ## start the system with the home folder of SIEGELPOST_HOME
	$(BIN)/siegelpost serve

bench: setup ## measure everything on this machine (half an hour) and write docs/benchmarks.md
	$(BIN)/python scripts/bench_all.py

assets: setup ## build the browser assets (setup did it already when something changed)
	@$(BIN)/python scripts/build_assets.py

wheel: assets ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

release: ## sign the wheel in dist/ and its bill of materials: make release KEY=FILE
	$(BIN)/python scripts/make_release.py --key $(KEY)

docs: setup ## write the reference pages (settings, commands, errors) from the code
	$(BIN)/python scripts/build_docs.py

pictures: setup ## take the pictures of the manual from the demo (needs Chromium)
	$(BIN)/python scripts/make_pictures.py

setup: ## virtual environment, pinned dependencies, the package, translations, browser assets
	@PYTHON="$(PYTHON)" sh scripts/set_up.sh
	@$(BIN)/python scripts/compile_translations.py
	@$(BIN)/python scripts/build_assets.py

system-packages: ## what the tests need from the system (installs as root, otherwise names it)
	@sh scripts/system_packages.sh
