# Pilotlight's tasks. `make help` lists them; each installs what it needs and does no more than is missing.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
# Two builds, or two runs of apt-get, would only wait for each other.
.NOTPARALLEL:

SWIFT ?= swift
# Services that `make run` starts, and further arguments of `pilotlight up`.
SERVICES ?= config/quickstart
ARGS ?=
# Tests to run, a regular expression; all of them when empty: make test FILTER=ScalingCoreTests
FILTER ?=

# One set of flags for every release build, because other flags would mean building everything again. The last of them
# keeps the packages' locks right where a task goes on on another thread; Package.swift says how.
RELEASE_FLAGS := -c release --static-swift-stdlib \
	-Xswiftc -enforce-exclusivity=unchecked -Xswiftc -cross-module-optimization \
	-Xswiftc -Xcc -Xswiftc -fno-inline-functions
PROGRAM := $(CURDIR)/.build/release/pilotlight
SOURCES := Package.swift Sources Tests

.PHONY: help
help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build onnxruntime ## Build the program and serve the models of config/quickstart
	@exec $(PROGRAM) up $(SERVICES) $(ARGS)

.PHONY: build
build: packages-run ## Build the optimised program, .build/release/pilotlight
	@$(SWIFT) build $(RELEASE_FLAGS) --product pilotlight

.PHONY: test
test: packages-test prometheus moto onnxruntime ## Run every test: of the rooms, then of the built program
	@$(SWIFT) build --build-tests
	@$(SWIFT) build $(RELEASE_FLAGS) --product pilotlight
ifdef FILTER
	@PATH="$(CURDIR)/.build/tools:$$PATH" PILOTLIGHT_PROGRAM="$(PROGRAM)" \
		$(SWIFT) test --skip-build --disable-xctest --filter '$(FILTER)'
else
	@SWIFT="$(SWIFT)" scripts/run-tests "$(PROGRAM)"
endif

.PHONY: check
check: lint imports test ## Check style and import rules, then run every test; what a change must pass

.PHONY: lint
lint: toolchain ## Check format and style without changing a file
	@$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

.PHONY: format
format: toolchain ## Format the sources in place
	@$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

# A step of its own: inside `swift test` SwiftPM swallows the message.
.PHONY: imports
imports: packages-run ## Check that every target declares what it imports
	@$(SWIFT) build --build-tests --explicit-target-dependency-import-check error

.PHONY: bench
bench: build onnxruntime ## Measure beside named peers; see Benchmarks/README.md
	@$(SWIFT) build --quiet $(RELEASE_FLAGS) --product kafka-peer
	@PILOTLIGHT_PROGRAM="$(PROGRAM)" PILOTLIGHT_RELEASE_FLAGS="$(RELEASE_FLAGS)" Benchmarks/run $(ARGS)

.PHONY: fuzz
fuzz: toolchain ## Feed what reads strangers' bytes with malformed input, a minute each; ARGS="json 600"
	@scripts/fuzz $(ARGS)

.PHONY: completions
completions: build ## Write completion scripts for bash, zsh and fish to .build/completions
	@mkdir -p .build/completions
	@for shell in bash zsh fish; do \
		$(PROGRAM) --generate-completion-script $$shell > .build/completions/pilotlight.$$shell; \
	done
	@echo "wrote .build/completions; bash: source .build/completions/pilotlight.bash"

.PHONY: clean
clean: ## Remove what was built; dependencies and ONNX Runtime stay
	@$(SWIFT) package clean

# What the tasks above stand on. Each looks first and is done in a moment when nothing is missing.
.PHONY: toolchain packages-run packages-test prometheus moto onnxruntime
toolchain:
	@scripts/check-toolchain

packages-run: toolchain
	@scripts/install-system-packages run

packages-test: toolchain
	@scripts/install-system-packages test

prometheus: packages-test
	@scripts/install-prometheus

moto: packages-test
	@scripts/install-moto

onnxruntime: packages-run
	@scripts/install-onnxruntime > /dev/null
