# Two commands matter: `make demo` and `make test`. Both start from a bare clone.
# They need git, make and python3 with its venv module (Debian: python3-venv), no root.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
CODE = $(wildcard src tests scripts benchmarks)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Test workers already fill the cores; a thread pool in each only gets in the way.
test check: export OMP_NUM_THREADS := 1

# The packages' names as they come; errors pass through untouched on stderr.
SHOW_PIP = while read -r verb name _; do \
	case "$$verb $$name" in \
		Collecting\ *) printf '%s ' "$${name%%[<>=!~;[]*}";; \
		Installing\ collected) printf '\nUnpacking.\n';; \
	esac; done

.PHONY: help demo test check wheel clean

help:
	@echo "make demo    analyse the sample clip (creates $(VENV) and installs on first use)"
	@echo "make test    format, lint, types and all tests (installs the development tools)"
	@echo "make check   the same without the slow tests"
	@echo "make wheel   build the wheel into dist/"
	@echo "make clean   remove build leftovers; $(VENV) stays"

demo: $(RUN_STAMP)
	@$(BIN)/tritone demo

test: $(DEV_STAMP)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/pyright
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8

check: $(DEV_STAMP)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/pyright
	$(BIN)/python -m pytest -q -n auto --maxprocesses 8 -m "not slow"

wheel: $(DEV_STAMP)
	@rm -rf build dist
	@$(BIN)/python -m build --wheel > $(VENV)/build.log 2>&1 || { cat $(VENV)/build.log >&2; exit 1; }
	@ls -sh dist/*.whl

clean:
	rm -rf build dist src/*.egg-info .pytest_cache .ruff_cache .hypothesis

$(RUN_STAMP): pyproject.toml | $(BIN)/pip
	@echo "Installing Tritone and what it needs into $(VENV) (once; a few minutes):"
	@$(BIN)/python -m pip install -e . 2> >(grep -v "^WARNING" >&2) | { $(SHOW_PIP); }
	@touch $@

$(DEV_STAMP): pyproject.toml | $(BIN)/pip
	@echo "Installing Tritone with its development tools into $(VENV) (once; a few minutes):"
	@$(BIN)/python -m pip install -e '.[dev]' 2> >(grep -v "^WARNING" >&2) | { $(SHOW_PIP); }
	@touch $(RUN_STAMP) $@

$(BIN)/pip:
	@command -v $(PYTHON) > /dev/null || { \
		echo "There is no $(PYTHON) here. On Debian: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Tritone needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version)." >&2; \
		echo "If another is installed, name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
		echo "$(PYTHON) lacks its venv module. On Debian: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
