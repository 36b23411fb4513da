# Sansheng on a machine that has Python 3.11 (or newer) and make. `make demo` and `make test` set up what they need.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test lint map bench clean

help:
	@echo "make demo   plan the embedded demo county into out/demo/"
	@echo "make test   lint, format, types, import direction, tests"
	@echo "make bench  sizes, times, memory, peers"
	@echo "make map    the map of the house, docs/house.md"
	@echo "make clean  remove what these made"

install: $(READY)

# The first Python that runs and is new enough; a name that exists may still not run.
$(READY): pyproject.toml
	@set -e; \
	for name in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
	    if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Sansheng needs Python 3.11 or newer with venv. Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 2; \
	fi; \
	echo "Setting up $(VENV) with $$python (once, some minutes)"; \
	test -x $(BIN)/python || $$python -m venv $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	touch $(READY)

demo: $(READY)
	$(BIN)/sansheng demo --out out/demo

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/pytest -n 2 -m 'slow or not slow'

map: $(READY)
	$(BIN)/python docs/house.py

bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
