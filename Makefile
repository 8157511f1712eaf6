# The commands of the README. Everything stays inside this folder: .venv, .lab (the embedded z/OS) and .airflow.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV    := .venv
BIN     := $(CURDIR)/$(VENV)/bin
STAMP   := $(VENV)/installed
PYTHON  ?= python3.11
WORKERS ?= 3
# Each task is a process of its own: it is to find our modules compiled, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

install: $(STAMP) ## Make .venv from the hash-locked dependencies

demo: $(STAMP) ## Clone IMSP to IMST on the embedded z/OS, through Airflow, and print the result
	$(BIN)/python -m imsclone_airflow.local.demo

demo-skeleton: $(STAMP) ## Make IMSK, a skeleton of IMSP without database data, and print the result
	$(BIN)/python -m imsclone_airflow.local.demo skeleton_clone skel

up: $(STAMP) ## Start the embedded z/OS and Airflow with its UI
	$(BIN)/python -m imsclone_airflow.local.services up

down: ## Stop everything that 'make up' or 'make demo' started
	@test ! -x $(BIN)/python || $(BIN)/python -m imsclone_airflow.local.services down

test: $(STAMP) ## Run the tests
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

test-thorough: $(STAMP) ## Run what takes too long for each change, and random tests with all their examples
	THOROUGH=1 HALDB_HISTORIES=20 $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m thorough
	THOROUGH=1 HALDB_HISTORIES=20 $(BIN)/pytest -n $(WORKERS) --dist loadgroup tests/dags/in_a_row/test_clones_in_a_row.py \
	    tests/lab/test_haldb_copies_lab.py tests/unit/ims/test_ims_forced_stops.py \
	    tests/dags/on_lab/test_past_time_on_lab.py

validate: $(STAMP) ## Check the system and environment files, without Airflow and z/OS
	$(BIN)/imsclone validate

lint: $(STAMP) ## Check style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(STAMP) ## Bring requirements.lock up to date with pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra image --constraint requirements.lock --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --quiet --no-annotate --output-file docker/requirements.lock

lock-check: $(STAMP) ## Fail when requirements.lock does not match pyproject.toml
	cp requirements.lock $(VENV)/requirements.check
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet --no-annotate --output-file $(VENV)/requirements.check
	diff <(grep -E '^[a-z0-9].*==' requirements.lock | cut -d' ' -f1) \
	     <(grep -E '^[a-z0-9].*==' $(VENV)/requirements.check | cut -d' ' -f1)

bench: $(STAMP) ## Measure, as ratios side by side in one run
	$(BIN)/python -m bench

clean: down ## Remove the embedded z/OS and Airflow's home
	rm -rf .lab .airflow

.PHONY: help install demo demo-skeleton up down test test-thorough validate lint lock lock-check bench clean
