# Ba Nhà. `make demo` and `make test` set everything up by themselves; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where nothing compiled may be kept, each of the many processes would compile all modules again: a second each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo serve test soak check dist-check bench bench-quality clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# Debian and Ubuntu ship venv as a package of its own.
$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt-get install python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	  echo "Installing python3-venv, which Debian keeps apart from python3 ..."; \
	  sudo=$$(test $$(id -u) = 0 || echo sudo); v=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  { $$sudo apt-get install -y -q $$v || { $$sudo apt-get update -q && $$sudo apt-get install -y -q $$v; }; } && \
	  $(PYTHON) -m venv $(VENV); } || { rm -rf $(VENV); \
	  echo "Could not make a virtual environment. Install the package python3-venv, then try again."; exit 1; }

$(VENV)/.runtime: $(BIN)/pip pyproject.toml constraints.txt
	@echo "Installing what Ba Nhà needs (about 1 GB, once) ..."
	@$(BIN)/pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime
	@$(BIN)/pip install -q -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(VENV)/.runtime  ## set up, read the bundled samples and show the best pairings
	@$(BIN)/python samples/demo.py --data $(DEMO)

serve: $(VENV)/.runtime  ## open the web page on the samples (http://127.0.0.1:8080)
	@test -f $(DEMO)/banha.sqlite || $(BIN)/python samples/demo.py --data $(DEMO)
	@$(BIN)/banha --data $(DEMO) serve

# Two at a time; a file stays in one process, since its tests share what takes long to make. tests/conftest.py says
# which come first.
test: $(VENV)/.development  ## all tests, with the real encoder
	@$(BIN)/python -m pytest -m "not soak" -n 2 --dist loadfile --no-loadscope-reorder

soak: $(VENV)/.development  ## the long trials: kills, load, fuzzing
	@$(BIN)/python -m pytest -m "soak or hypothesis" --hypothesis-profile long --timeout 3600

check: $(VENV)/.development  ## formatting, lint, types, architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

dist-check: $(VENV)/.development  ## build the wheel and run it from a clean environment elsewhere
	@scripts/dist-check $(BIN)/python $(CURDIR)

bench: $(VENV)/.development  ## the figures of benchmarks/README.md
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script; done

bench-quality: $(VENV)/.development  ## how good the ranking is; outputs of every query in .cache/quality
	@for name in xquad samples expertise minimal_pairs typing learning evidence missing doubt languages; do $(BIN)/python -m benchmarks.bench_$$name; done

clean:  ## remove the environment, caches and the demo's data
	rm -rf $(VENV) $(DEMO) .cache build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
