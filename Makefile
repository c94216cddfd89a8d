# The public verbs of this repository. `make help` lists them; CI and the documentation use no others.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VALIDATORS ?= 4
SEEDS ?= 1000

NODE := node
TSX := node_modules/.bin/tsx --conditions=aivm-source
SETUP := node_modules/.setup
BUILD := dist/.built
SOURCES := $(shell find app cmd core modules node sandbox server clients testnet test tools bench -name '*.ts' -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help
help: ## List the verbs
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[36m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(SETUP): package.json package-lock.json tools/setup/setup.sh
	@tools/setup/setup.sh
	@touch $@

.PHONY: setup
setup: $(SETUP) ## Install dependencies and obtain CometBFT (done by every other verb when needed)

$(BUILD): $(SETUP) $(SOURCES) tsconfig.json tsconfig.build.json
	@echo "building…"
	@node_modules/.bin/tsc -p tsconfig.build.json
	@chmod +x dist/cmd/aivmd/main.js 2>/dev/null || true
	@touch $@

.PHONY: build
build: $(BUILD) ## Compile to dist/

.PHONY: proto
proto: $(SETUP) ## Generate core/codec/generated from proto/ (needs Go for the Cosmos sources)
	@$(TSX) tools/codegen/main.ts
	@node_modules/.bin/buf lint proto

.PHONY: vectors
vectors: ## Regenerate test/vectors with the Go reference programs
	@cd tools/vectors && ./generate.sh

.PHONY: format
format: $(SETUP) ## Format every file
	@node_modules/.bin/prettier --write --log-level warn .

.PHONY: lint
lint: $(SETUP) ## ESLint with the determinism rules, formatting, and tidy
	@node_modules/.bin/prettier --check --log-level warn .
	@node_modules/.bin/eslint .

.PHONY: clean
clean: ## Remove what was built
	@rm -rf dist node_modules/.setup
