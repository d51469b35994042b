# One definition of every check; CI and pre-commit call these targets.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo check test test-long bench peers lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/dev ## Everything for developing, in .venv

demo: .venv/runtime ## A market, a model, a service, scored leads: http://127.0.0.1:3000
	@$(BIN)/leadflow demo

check: .venv/dev ## Format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

test: check ## Everything that must hold
	@$(BIN)/pytest -m "not long"

test-long: .venv/dev ## Many seeds, soak: hours, resumable
	@$(BIN)/pytest -m long -n 1

bench: .venv/dev ## The figures of docs/benchmarks.md
	@$(BIN)/python -m benchmarks

peers: .venv/dev ## Ours against other learners on real leads: hours, resumable, an environment of its own
	@$(BIN)/python -m benchmarks.peers

lock: .venv/dev ## Renew the hash-locked requirements
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements/runtime.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		-c requirements/runtime.txt --extra dev --extra bench pyproject.toml -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		-c requirements/runtime.txt --extra peers pyproject.toml -o requirements/peers.txt

clean: ## Remove what was made here (not var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache

.venv/uv: requirements/setup.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Leadflow needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@$(PYTHON) -c 'import ctypes, sys; ctypes.CDLL("libgomp.so.1") if sys.platform == "linux" else None' 2>/dev/null \
		|| { echo "LightGBM needs the OpenMP library libgomp.so.1: install it (Debian, Ubuntu: apt-get install libgomp1)"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/setup.txt
	@touch $@

.venv/runtime: .venv/uv requirements/runtime.txt pyproject.toml
	@echo "installing (a minute or two, once) ..."
	@if test -e .venv/dev; then $(MAKE) .venv/dev; else \
		$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/runtime.txt; fi
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/uv requirements/dev.txt pyproject.toml
	@echo "installing (a minute or two, once) ..."
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ .venv/runtime
