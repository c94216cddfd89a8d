# The public verbs of this repository. `make help` lists them; CI and the documentation use no others.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VALIDATORS ?= 4
SEEDS ?= 1000

NODE := node
TSX := node_modules/.bin/tsx --conditions=aivm-source
SETUP := node_modules/.setup
BUILD := dist/.built
SOURCES := $(shell find app cmd core modules node sandbox server clients testnet -name "*.ts" -not -name "*.test.ts" -not -path "*/node_modules/*" 2>/dev/null) $(shell find clients/explorer -type f -not -name "*.test.ts" 2>/dev/null)

.PHONY: help
help: ## List the verbs
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  \033[36m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(SETUP): package.json package-lock.json tools/setup/setup.sh
	@tools/setup/setup.sh
	@touch $@

.PHONY: setup
setup: $(SETUP) ## Install dependencies and obtain CometBFT (done by every other verb when needed)

$(BUILD): $(SETUP) $(SOURCES) tsconfig.json tsconfig.build.json
	@echo "building…"
	@node_modules/.bin/tsc -p tsconfig.build.json
	@$(NODE) dist/sandbox/quickjs/buildEngine.js >/dev/null
	@node_modules/.bin/vite build clients/explorer --logLevel warn
	@chmod +x dist/cmd/aivmd/main.js 2>/dev/null || true
	@touch $@

.PHONY: build
build: $(BUILD) ## Compile to dist/

.PHONY: demo
demo: $(BUILD) ## Show it all: four validators, a kernel, one digit, the answer and its proof
	@$(NODE) dist/testnet/demo.js

.PHONY: localnet
localnet: $(BUILD) ## Run a network of VALIDATORS nodes (1 to 10) until Ctrl-C
	@$(NODE) "$(CURDIR)/dist/testnet/localnet.js" up $(VALIDATORS)

.PHONY: localnet-down
localnet-down: $(BUILD) ## Stop the network that `make localnet` runs elsewhere
	@$(NODE) dist/testnet/localnet.js down

.PHONY: localnet-reset
localnet-reset: $(BUILD) ## Delete that network with its chain
	@$(NODE) dist/testnet/localnet.js reset

.PHONY: proto
proto: $(SETUP) ## Generate core/codec/generated from proto/ (needs Go for the Cosmos sources)
	@$(TSX) tools/codegen/main.ts

.PHONY: vectors
vectors: ## Regenerate test/vectors with the Go reference programs
	@cd tools/vectors && ./generate.sh

.PHONY: format
format: $(SETUP) ## Format every file
	@node_modules/.bin/prettier --write --log-level warn .

.PHONY: typecheck
typecheck: $(SETUP) ## Type-check everything, tests and tools included
	@node_modules/.bin/tsc -p tsconfig.json --noEmit
	@node_modules/.bin/tsc -p clients/explorer/tsconfig.json

.PHONY: lint
lint: $(SETUP) ## ESLint with the determinism rules, and formatting
	@node_modules/.bin/prettier --check --log-level warn .
	@node_modules/.bin/eslint .

.PHONY: tidy
tidy: $(SETUP) ## Check the rules about the repository itself
	@$(TSX) tools/tidy/main.ts

.PHONY: check
check: typecheck lint tidy ## What must hold before anything is tested

.PHONY: test
test: $(BUILD) ## Everything that proves it, under 25 minutes on two cores
	@$(TSX) tools/suite/main.ts

.PHONY: test-all
test-all: $(BUILD) ## The same with the full counts; writes docs/test-report.md
	@$(TSX) tools/suite/main.ts --full --report docs/test-report.md

.PHONY: test-sim
test-sim: $(SETUP) ## More simulation seeds: make test-sim SEEDS=1000
	@SEEDS=$(SEEDS) $(TSX) test/simulation/main.ts

.PHONY: test-determinism
test-determinism: $(SETUP) ## A warm node and one reopened before every block agree
	@node_modules/.bin/vitest run test/determinism

.PHONY: test-crash
test-crash: $(BUILD) ## kill -9 at random moments and at failpoints loses nothing
	@AIVM_TEST_COUNTS=full node_modules/.bin/vitest run --config vitest.e2e.config.ts test/e2e/crash

.PHONY: test-sandbox
test-sandbox: $(BUILD) ## The sandbox with the full counts: hostile kernels, 10,000 damaged models, 3,000 random scripts
	@AIVM_TEST_COUNTS=full node_modules/.bin/vitest run sandbox kernels test/hostile
	@node_modules/.bin/vitest run --config vitest.e2e.config.ts test/e2e/hostile

.PHONY: test-e2e
test-e2e: $(BUILD) ## Everything with real processes, hostile kernels on real validators included; ARGS names a part
	@AIVM_TEST_PARTS=all node_modules/.bin/vitest run --config vitest.e2e.config.ts $(ARGS)

.PHONY: test-cross
test-cross: $(BUILD) ## The same bits on emulated x86-64 and aarch64 and under other compilers; half an hour
	@$(TSX) test/cross/main.ts $(ARGS)

.PHONY: test-compat
test-compat: $(BUILD) ## Other people's programs: CosmJS, Keplr in Chromium, reflection, schemathesis, simd, Go vectors
	@node_modules/.bin/vitest run --config vitest.compat.config.ts

.PHONY: bench
bench: $(BUILD) ## Measure speed and size: make bench, make bench ARGS="--quick app"; --write docs/performance.md keeps it
	@$(TSX) bench/main.ts $(ARGS)

.PHONY: clean
clean: ## Remove what was built
	@rm -rf dist node_modules/.setup
