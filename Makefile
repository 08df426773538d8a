# Every target sets up what it needs, once: .venv from hashed pins, node_modules from the lock.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

BIN := .venv/bin
# ape-foundry finds anvil on PATH alone; ape and py-solc-x find npm's solc by SOLCX_BINARY_PATH (written by `sampan compile`).
ANVIL := $(patsubst %/anvil,%,$(firstword $(wildcard node_modules/@foundry-rs/anvil-*/bin/anvil)))
# ape's pytest plugin would load itself into every run of ours.
PYTEST := $(BIN)/pytest -p no:ape_test
JOBS ?= 2
# Random acts of `make fuzz`; the tests marked `fuzz` read SAMPAN_FUZZ_ACTS and do with fewer when it is not set.
ACTS ?= 100000000

# With it each process would compile our sources and the tests anew.
unexport PYTHONDONTWRITEBYTECODE
export PATH := $(CURDIR)/$(BIN):$(PATH)$(if $(ANVIL),:$(CURDIR)/$(ANVIL))

FAST := 'not (slow or long or solc or anvil or ape or fuzz)'
# Of the long tests that `make test` runs too: which part of how many; none.
PART ?= -1/1

.PHONY: help hostile prove demo pictures lines renew generate reference test test-fast test-long test-ape test-newest fuzz lint format compile check bench mutants lock setup clean

help: ## what there is
	@printf 'Sampan: electronic bills of lading on a chain.\n\n'
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

demo: ## a trade from Shanghai to Rotterdam on a new chain, and its audit (needs Python alone)
	@.ci/setup run
	@$(BIN)/sampan demo

pictures: ## renew the pictures: the demo, the life of a bill, the packages
	@.ci/setup run
	@$(BIN)/sampan demo --picture docs/demo.svg
	@$(BIN)/python docs/draw_life.py
	@$(BIN)/python docs/draw_architecture.py

reference: ## renew the list of commands, docs/commands.md
	@.ci/setup run
	@$(BIN)/python -m sampan.cli.reference --update

renew: generate reference ## renew what follows from declarations: stubs, commands, sentences, rules, the picture of a life, refusals that logs reach
	@.ci/setup all
	@PYTHONPATH=tests $(BIN)/python tests/client/test_sentences.py
	@$(BIN)/python tests/documents/test_rules_page.py
	@$(BIN)/python docs/draw_life.py
	@PYTHONPATH=tests $(BIN)/python -m support.refusals

lines: ## how many lines of Python the package has, by part
	@for part in $$(git ls-files 'sampan/*.py' | cut -d/ -f2 | sort -u); do \
		printf '%7d  %s\n' "$$(git ls-files "sampan/$$part" | grep '\.py$$' | xargs cat | wc -l)" "$$part"; \
	done
	@printf '%7d  lines of Python in sampan/\n' "$$(git ls-files 'sampan/*.py' | xargs cat | wc -l)"

generate: ## renew what follows from contracts and declarations: words, events, stubs, JSON schemas
	@.ci/setup run
	@$(BIN)/python -m sampan.suite.generate
	@$(BIN)/python -m sampan.client.generate
	@$(BIN)/python -m sampan.cli.schema

test: ## every test but the long ones: fast, slow, random acts, on anvil and under ape (PART=2/8: and that part of the long)
	@.ci/setup all node
	SAMPAN_PART=$(PART) $(PYTEST) -n $(JOBS) --dist worksteal
	@$(MAKE) --no-print-directory test-ape

test-long: ## the long tests: whole tables of which `make test` tries some rows, and what takes minutes
	@.ci/setup all node
	$(PYTEST) -n $(JOBS) --dist worksteal -m long

test-fast: ## what needs neither compiler nor ape nor anvil
	@.ci/setup all
	$(PYTEST) -n $(JOBS) --dist worksteal -m $(FAST)

test-ape: ## every contract test once more under `ape test`, on ape's own chain; of a table an eighth of the rows
	@.ci/setup all node
	@SOLCX_BINARY_PATH="$$($(BIN)/python -m sampan.toolchain.solc)" $(BIN)/ape test tests/identity tests/bills -q -n $(JOBS) --dist worksteal -m $(FAST)

# What leans on libraries; the contracts' own tests, model, audit, rules of documents and random acts do not.
LEANING := $(addprefix tests/,chain cli client deployment documents/test_document_command.py scenarios)

test-newest: ## the fast tests of what leans on libraries once more, with the newest versions, on eth-tester and without ape
	@.ci/setup newest
	SAMPAN_TEST_CHAIN=tester .venv-newest/bin/pytest $(LEANING) -n $(JOBS) --dist worksteal -m $(FAST)

fuzz: ## a hundred million random acts against the contracts and the model (ACTS=N for another number)
	@.ci/setup all
	SAMPAN_FUZZ_ACTS=$(ACTS) $(PYTEST) -n $(JOBS) -m fuzz

mutants: ## break each check of the model in turn: do acts and tests notice? (MUTANTS='--help' tells what else there is)
	@.ci/setup all
	PYTHONPATH=tests $(BIN)/python -m mutation --jobs $(JOBS) $(MUTANTS)

hostile: ## every lie and fault of a node, tried before a real one; writes docs/hostile.md (HOSTILE='--help')
	@.ci/setup all node
	PYTHONPATH=tests $(BIN)/python -m hostile.page $(HOSTILE)

prove: ## one act of each verb from any state: proved, and every seeded fault found; writes docs/proofs.md (PROVE='--help')
	@.ci/setup node prove
	PYTHONPATH=tests .venv-prove/bin/python -m proofs.prove --jobs $(JOBS) $(PROVE)

lint: lint-python lint-types lint-solidity ## ruff, mypy, prettier and solhint; is what is generated in step? (-j2: side by side)

.PHONY: lint-ready lint-python lint-types lint-solidity
lint-ready:
	@.ci/setup all node

lint-python: lint-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m sampan.suite.generate --check
	$(BIN)/python -m sampan.client.generate --check
	$(BIN)/python -m sampan.cli.schema --check

lint-types: lint-ready
	$(BIN)/mypy

lint-solidity: lint-ready
	node_modules/.bin/prettier --check 'contracts/**/*.sol' 'sampan/rooms/contracts/*.sol' 'sampan/scenarios/contracts/*.sol' 'tests/contracts/**/*.sol' 'tests/proofs/*.sol'
	node_modules/.bin/solhint --disc --noPoster --max-warnings 0 'contracts/**/*.sol'

format: ## format Python and Solidity
	@.ci/setup all node
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	node_modules/.bin/prettier --write --log-level warn 'contracts/**/*.sol' 'sampan/rooms/contracts/*.sol' 'sampan/scenarios/contracts/*.sol' 'tests/contracts/**/*.sol' 'tests/proofs/*.sol'

compile: ## contracts to artifacts
	@.ci/setup run node
	@$(BIN)/sampan compile

check: ## are the artifacts in step with the sources, byte by byte?
	@.ci/setup run node
	@$(BIN)/sampan compile --check --recompile --no-cache

bench: ## gas of every act beside TradeTrust's
	@.ci/setup all node
	@$(BIN)/sampan bench gas

lock: ## resolve every pin anew (Python); for npm: npm install
	@.ci/setup run
	@for file in all run newest prove; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			$$( [ $$file = all ] && echo --extra ape ) $$( [ $$file = prove ] && echo --extra prove ) $$( [ $$file = run ] && echo -c requirements/all.txt ) \
			pyproject.toml requirements/$$file.in -o requirements/$$file.txt >/dev/null; \
	done

setup: ## set up everything and do nothing else
	@.ci/setup all node
	@$(BIN)/python -m sampan.toolchain.solc >/dev/null

clean: ## remove what the other targets made
	rm -rf .venv .venv-newest .venv-prove node_modules requirements/forge/node_modules build .build .cache .solcx contracts/.cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
