# Every target does its own set-up, and repeats nothing that is up to date.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help build lint types rules imports format sdks test test-unit test-engine campaign demo bench plugin release clean

RUN_TS := node -r ts-node/register/transpile-only
# More workers than processors: a test on the engine often waits, for a process to start or for a pause to end.
WORKERS = $(shell node -p "Math.ceil(os.availableParallelism() * 1.5)")
JEST = npx jest --maxWorkers=$(WORKERS) --reporters=default --reporters=./tools/jest/closingLine.js
WITH_ENGINE = engine=$$($(RUN_TS) tools/engine/provide.ts) && PATH="$$engine:$$PATH"

DEPENDENCIES := node_modules/.package-lock.json
BUILT := dist/sdk/nodejs/index.js
SOURCES := package.json schema.json tsconfig.json tsconfig.build.json \
	$(shell find provider sdk simulator -name '*.ts' -not -name '*.test.ts' -or -path '*/page/*')

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

build: $(BUILT) ## Compile the package into dist/

lint: $(BUILT) ## Check types, rules and format
	@$(MAKE) --no-print-directory --jobs=2 rules types imports format

rules:
	npx eslint .

types:
	npx tsc -p tsconfig.json
	npx tsc -p simulator/page

imports:
	npx depcruise provider sdk simulator tests tools

format:
	npx prettier --check .

sdks: $(DEPENDENCIES) ## Generate the SDKs of all languages from schema.json; needs Go
	$(RUN_TS) tools/sdkgen/generate.ts

test: lint ## Run all checks and tests
	$(JEST)

test-unit: $(DEPENDENCIES) ## Run the tests that need nothing but Node
	$(JEST) --selectProjects unit

test-engine: $(BUILT) ## Run the tests on the real Pulumi engine, which is built the first time
	$(JEST) --selectProjects engine native

campaign: $(BUILT) ## Try random scenarios on two clouds: RUNS=25 each on the engine, 20 times as many without it; SEED=... repeats
	RUNS=$(or $(RUNS),25) $(JEST) --selectProjects unit engine native --testPathPatterns 'tests/(engine/)?campaign/'

demo: $(BUILT) ## Show the package at work on a simulated cloud
	@$(WITH_ENGINE) $(RUN_TS) tools/demo/main.ts

bench: $(BUILT) ## Measure large fleets on a simulated cloud; ONLY=<part of a name> for some
	@$(WITH_ENGINE) $(RUN_TS) tools/bench/main.ts $(ONLY)

plugin: $(DEPENDENCIES) ## Build the plugin for this system into release/; needs nothing but Node
	$(RUN_TS) tools/release/main.ts release plugin

release: $(BUILT) ## Build what a release publishes into release/
	rm -rf release
	$(RUN_TS) tools/release/main.ts release

clean: ## Remove what the build and the tests leave
	rm -rf dist coverage release

$(DEPENDENCIES): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

$(BUILT): $(SOURCES) $(DEPENDENCIES)
	rm -rf dist
	npm run build
