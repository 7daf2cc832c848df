# One environment, made once; every other target uses it and nothing outside of it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help env demo test test-main test-office-zone lint format bench docs catalogues clean

VENV    ?= .venv
PY      := $(VENV)/bin/python
DEMO    ?= -m iso_qms.faces.cli.demo
BENCH   ?= -m benchmarks
WORKERS ?= auto

# What the environment is made of: the environment is stale exactly when one of these changes.
RECIPES := pyproject.toml $(wildcard plugins/*/pyproject.toml)
PLUGINS := $(patsubst %/pyproject.toml,-e ./%,$(wildcard plugins/*/pyproject.toml))
STAMP   := $(VENV)/.made-$(shell cat $(RECIPES) | cksum | tr -d ' ')

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 20

env: $(STAMP) ## make .venv with every extra and the development tools

$(STAMP):
	@python=$$(tools/find-python) || exit 2; \
	[ -x $(PY) ] || { echo "Making $(VENV) with $$python"; "$$python" -m venv $(VENV); }
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[dev]' $(PLUGINS) </dev/null
	@rm -f $(VENV)/.made-*; touch $@
	@echo "$(VENV) is ready"

demo: env ## the whole life of a procedure, in under a minute
	@$(PY) $(DEMO)
	@$(PY) -m iso_qms_mot_cua.simulate

test: test-main test-office-zone ## everything under UTC, then again in the office's own zone

test-main: env
	TZ=UTC $(PY) -m pytest -q -n $(WORKERS) $(ARGS)

test-office-zone: env test-main
	TZ=Asia/Ho_Chi_Minh $(PY) -m pytest -q -n $(WORKERS) -m "not slow" $(ARGS)

lint: env ## style, types, floors, catalogues
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) tools/mo.py check

format: env ## put every file in shape
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

catalogues: env ## take new sentences into the catalogues and compile them
	$(PY) tools/mo.py update

bench: env ## measure, side by side with peers
	$(PY) $(BENCH) $(ARGS)

docs: env ## write docs/reference again from the code
	$(PY) tools/reference.py
	$(PY) -m tools.openapi

clean: ## remove what was made
	rm -rf $(VENV) build dist demo-store .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
