# Sansheng on a machine that has Python 3.11 (or newer) and make. `make demo` and `make test` set up what they need.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON ?=
PIP := -m pip install --quiet --disable-pip-version-check

# The first Python that runs and is new enough; a name that exists may still not run.
FIND_PYTHON = \
	for name in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
	    if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Sansheng needs Python 3.11 or newer with venv. Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 2; \
	fi

.DEFAULT_GOAL := help
.PHONY: help install hooks demo test lint attack latest pins map docs bench clean

help:
	@echo "make demo   plan the embedded demo county into out/demo/"
	@echo "make test   lint, format, types, import direction, tests"
	@echo "make hooks  lint before every commit (pre-commit)"
	@echo "make attack hostile inputs, kills, random studies, tamperings: more of them, and counts"
	@echo "make latest the tests with the newest versions of everything, and which moved"
	@echo "make pins   those newest versions into constraints.txt"
	@echo "make bench  sizes, times, memory, peers"
	@echo "make map    the map of the house, docs/house.md"
	@echo "make docs   the pages of docs/ as a site, out/docs/index.html"
	@echo "make clean  remove what these made"

install: $(READY)

$(READY): pyproject.toml constraints.txt
	@set -e; $(FIND_PYTHON); \
	echo "Setting up $(VENV) with $$python (once, some minutes)"; \
	test -x $(BIN)/python || $$python -m venv $(VENV); \
	$(BIN)/python $(PIP) -c constraints.txt -e '.[dev]'; \
	touch $(READY)

hooks: $(READY)
	$(BIN)/pre-commit install

demo: $(READY)
	$(BIN)/sansheng demo --out out/demo

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# All of it: a plain `pytest` leaves out what is slow, and tries fewer random examples.
test: lint
	HYPOTHESIS_PROFILE=ci $(BIN)/pytest -n 2 -m 'slow or not slow'

# SANSHENG_ATTACK_SEED=7 make attack draws others.
attack: $(READY)
	$(BIN)/python -m tests.support.attack

# An environment of its own, made anew every time: nothing in it is older than it need be.
latest:
	@set -e; $(FIND_PYTHON); \
	rm -rf .venv-latest; \
	$$python -m venv .venv-latest; \
	.venv-latest/bin/python $(PIP) -e '.[dev]'; \
	passed=0; \
	HYPOTHESIS_PROFILE=ci .venv-latest/bin/pytest -n 2 -m 'slow or not slow' || passed=$$?; \
	.venv-latest/bin/python docs/pins.py; \
	exit $$passed

# For every Python that we support, whichever of them runs here.
pins:
	@set -e; $(FIND_PYTHON); \
	rm -rf .venv-pins; \
	$$python -m venv .venv-pins; \
	.venv-pins/bin/python $(PIP) uv; \
	.venv-pins/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade \
	    --no-header --no-annotate --no-emit-index-url --output-file constraints.txt pyproject.toml >/dev/null; \
	rm -rf .venv-pins

map: $(READY)
	$(BIN)/python docs/house.py

docs: $(READY)
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going docs out/docs

bench: $(READY)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .venv-latest .venv-pins out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
