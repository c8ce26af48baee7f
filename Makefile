# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs GNU make, git and Python 3.11 or newer. Everything that is created lives in .venv and .cache.

SHELL := bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Compiled files halve the start of Ansible.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is needed; none was found on PATH)
endif

TOOLS := $(PYTHON) tests/tools
RUN := $(TOOLS)/run.py
VENV := .venv/bin/python

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: environment-demo ## Watch tenants on five simulated servers being suspended and given back
	@$(VENV) tests/demo/run.py

.PHONY: test
test: ## Everything that a contribution must pass
	@$(RUN) all

.PHONY: test-fast
test-fast: ## The inner loop: format, lint, types, unit tests, in less than a minute
	@$(RUN) fast

.PHONY: format
format: environment-fast ## Format the Python files and repair what ruff can
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

.PHONY: lint
lint: ## Formatting, ruff, yamllint, ansible-lint, documentation, changelog, licences
	@$(RUN) format lint yaml ansible docs changelog licences

.PHONY: types
types: ## mypy --strict over the core and the outside rooms
	@$(RUN) types

.PHONY: sanity
sanity: ## ansible-test sanity with the newest core that a Python at hand can run
	@$(TOOLS)/sanity.py

.PHONY: molecule
molecule: ## The molecule scenarios
	@$(RUN) molecule

.PHONY: bench
bench: environment-demo ## Measure the playbooks against a loop of uri tasks and a bare script
	@$(VENV) tests/bench/run.py

.PHONY: matrix
matrix: ## The tests and ansible-test sanity on every supported core and Python (nox)
	@$(TOOLS)/matrix.py $(ARGUMENTS)

.PHONY: build
build: ## Build the tarball of the collection
	@$(TOOLS)/package.py build

.PHONY: docs
docs: ## Build the documentation as HTML
	@$(TOOLS)/docs.py

.PHONY: clean
clean: ## Remove everything that was created here
	rm -rf .venv .cache .ansible .hypothesis .pytest_cache .ruff_cache .mypy_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment-%:
	@$(TOOLS)/environments.py $*
