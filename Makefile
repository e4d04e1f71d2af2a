# make verify   runs the main job and writes report/report.html and report/report.pdf
# make test     runs every test and doctest, and prints the branch coverage
# make lint     checks style, types and the import rule
#
# Each sets up .venv by itself; python3, python3-venv and make are all it needs.
# TORCH_INDEX=https://... takes torch from another index, for example PyTorch's own with the CPU build.

PYTHON = python3
TORCH_INDEX ?=
PROFILE = quick
OUT = report

BIN := .venv/bin
PIP = PYTHONWARNINGS=ignore $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL = $(PIP) install --constraint constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) --editable

.PHONY: verify test lint ruff mypy pyright imports wheel clean

verify: .venv/.done
	$(BIN)/infograd verify --profile $(PROFILE) --out $(OUT)

test: .venv/.dev
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

lint: ruff mypy pyright imports

ruff: .venv/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

mypy: .venv/.dev
	$(BIN)/mypy

pyright: .venv/.dev
	$(BIN)/pyright --pythonpath $(BIN)/python

imports: .venv/.dev
	$(BIN)/lint-imports --no-logo

wheel: .venv/.done
	rm -rf build dist
	$(PIP) wheel --no-deps --wheel-dir dist .

.venv/.done: pyproject.toml constraints.txt
	@echo "Setting up .venv: infograd with everything it needs to run (a few minutes the first time; torch is the large part) ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --upgrade pip
	@$(INSTALL) '.[all]'
	@touch $@

.venv/.dev: .venv/.done
	@echo "Setting up .venv: the developers' tools ..."
	@$(INSTALL) '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist report infograd.egg-info .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
