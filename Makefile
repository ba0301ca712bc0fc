# Two commands do everything on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT ?= swift
DEBUG := .build/debug
RELEASE := .build/release
FORMATTED := Package.swift Sources Tests Fuzzing/Package.swift Fuzzing/Sources/Fuzz Benchmarks/Package.swift $(wildcard Benchmarks/Parts/*.swift)
# Tests as fast as the product, in a folder of their own.
OPTIMISED := -c release -Xswiftc -enable-testing --scratch-path .build-soak
# How long each fuzz target runs.
SECONDS ?= 60

.PHONY: help setup build release test demo demo-sites lint format schemas soak fuzz tsan bench bench-parts bench-peers bench-growth bench-plots bench-overload clean

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: ## Installs the system packages that are missing (apt, as root), and the Python modules of the example client
	@scripts/setup

build: setup ## The executables, for development
	@$(SWIFT) build

release: setup ## The executables, optimised: .build/release/sharingd and .build/release/sharectl
	@$(SWIFT) build -c release --static-swift-stdlib

test: setup ## Builds everything and runs every test
	@$(SWIFT) build --build-tests
	@scripts/with-python $(SWIFT) test --skip-build --disable-xctest

demo: build ## The whole story on a site of its own, in a temporary folder
	@PATH="$(CURDIR)/$(DEBUG):$$PATH" scripts/demo

demo-sites: build ## Three sites that exchange logs over mutual TLS: a referral travels, a consent is withdrawn, a tampered log is caught
	@PATH="$(CURDIR)/$(DEBUG):$$PATH" scripts/demo-sites

lint: ## Style, as the toolchain's formatter sees it
	@$(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)

format: ## Formats the sources in place
	@$(SWIFT) format --in-place --parallel --recursive $(FORMATTED)

schemas: ## Writes docs/events anew from the decoders
	@SHARING_WRITE_SCHEMAS=1 $(SWIFT) test --filter SharingModelTests.EventSchemaTests

soak: build ## The long campaigns that CI does not run: every byte of a log and a vault flipped, a million worlds judged twice, every question about the shipped agreements and changes of them, 2,000 bad networks (some hours)
	@SHARING_SOAK=1 $(SWIFT) test --disable-xctest --filter 'FlippedByteTests|ShippingTests.SimulationTests|PeerKillTests'
	@$(SWIFT) build --build-tests $(OPTIMISED)
	@SHARING_SOAK=1 $(SWIFT) test --skip-build $(OPTIMISED) --disable-xctest --filter WholeAgreementTests
	@SHARING_WORLDS=1000000 $(SWIFT) test --skip-build $(OPTIMISED) --disable-xctest --filter NaiveTests

fuzz: setup ## Fuzzes every parser of bytes from outside, SECONDS=60 each, two at a time; TARGETS="jws note" for some
	@FUZZ_SECONDS=$(SECONDS) scripts/fuzz

tsan: setup ## The tests of the log and of the service under ThreadSanitizer (a build of its own, in .build-tsan)
	@scripts/tsan

bench: release ## Measures ingest as a user would, and decisions, beside Cedar where it can be had (docs/PERFORMANCE.md)
	@PATH="$(CURDIR)/$(RELEASE):$$PATH" scripts/bench

bench-parts: setup ## What the parts cost, one by one: JWS, JSON, sealing, tree, append, decision, projections, replay, proof; FILTER="log.*" for some
	@scripts/bench-parts $(if $(FILTER),--filter "$(FILTER)")

bench-peers: release ## The same events through PostgreSQL, NATS JetStream and eventsourcing, and decisions beside Cedar
	@PATH="$(CURDIR)/$(RELEASE):$$PATH" scripts/bench-peers

bench-growth: release ## A site with 10 thousand and 1 million events: what users and operators wait for, memory, disk; SIZES="10000 1000000 10000000" for more
	@PATH="$(CURDIR)/$(RELEASE):$$PATH" scripts/bench-growth

bench-plots: ## Draws docs/performance/*.svg from what bench-growth measured
	@scripts/bench-plots

bench-overload: SECONDS = 300
bench-overload: release ## Ten times what the site can take, for SECONDS=300, and whether it keeps its promises
	@PATH="$(CURDIR)/$(RELEASE):$$PATH" sharectl bench overload --seconds $(SECONDS)

clean: ## Removes what was built
	@rm -rf .build .build-fuzz .build-tsan .build-soak .build-bench
