# Two commands: `make demo` and `make test`. The rest is for whoever changes Doorstep.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
ARGS ?=
ONLY ?=

.PHONY: install demo test lint types bench messages clean

install: .venv/installed

.venv/installed: pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "doorstep: no $(PYTHON) on PATH; install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "doorstep: $(PYTHON) is older than 3.11; set PYTHON=/path/to/a/newer/one"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "doorstep: $(PYTHON) has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --quiet --inexact --python $(BIN)/python
	@$(BIN)/python scripts/compile_messages.py
	@$(BIN)/doorstep warm
	@touch $@

demo: install
	@$(BIN)/doorstep demo --port $(PORT) $(ARGS)

# The engine for books too large for one machine is an extra of 450 MB; it is tested where Java is.
test: install
	@! command -v java >/dev/null || UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --quiet --inexact --extra spark --python $(BIN)/python
	@$(BIN)/python scripts/check.py

bench: install
	@UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync --frozen --quiet --inexact --group bench
	@$(BIN)/python -m benchmarks $(ONLY)

messages:
	@$(BIN)/python scripts/make_messages.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis artefacts
