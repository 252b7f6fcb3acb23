# Every goal does its own set-up on Debian 12 with the Swift 6.3 toolchain.
#
#   make demo                          a synthetic country through the whole flow, kept in demo-data/
#   make test                          all tests, warnings as errors
#   make simulate [SEEDS=n] [SEED=s]   n random histories from seed s on, or the default number; SEED alone tells all that happens
#   make chaos [MINUTES=m] [SEED=s] [BOOTSTRAP=host:port,… [REPLICATION=n] [PREFIX=p] [ALLOW_CREATE_TIME=1]]
#                                      processes on a cluster while things go wrong, then a check from outside
#   make chaos-test                    the tests of that check
#   make chains                        a chain's producer in Python against ingress and validator, forged events included
#   make loadtest [SCALE=small|full] [PART=flush|paced|growth|flow|state]
#                                      what the validator costs beside librdkafka alone and peers in Python, latencies in an open loop,
#                                      growth with size, the whole flow and a whole state, as a record and a report in loadtest/results/
#   make loadtest-test                 the tests of that record and that report
#   make operations                    holds alert rules, dashboards, compose/ and schemas/asyncapi.yaml against each other and the metrics
#   make format                        rewrites the sources in the house style
#   make lint                          fails on what `make format` would change or cannot mend

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
SWIFT ?= swift
# The same flags wherever tests are built, so that no goal makes another one build again.
CHECKS := -Xswiftc -warnings-as-errors
BUILD_TESTS := $(SWIFT) build --build-tests $(CHECKS)
TEST := $(SWIFT) test --skip-build $(CHECKS) --disable-xctest
# Generated code is formatted by its generator.
SOURCES = find Package.swift Sources Tests $(wildcard loadtest) -name '*.swift' -not -name '*.pb.swift' -print0

.PHONY: demo test simulate chaos chaos-test chains loadtest loadtest-test operations format lint setup

demo: setup
	$(SWIFT) build -c release --product lodging
	.build/release/lodging demo --data demo-data

# Names what fails and ends with the runner's count; `swift test` lists every test.
test: setup
	$(BUILD_TESTS)
	$(TEST) --quiet

simulate: setup
	$(BUILD_TESTS)
	$(if $(SEEDS),LODGING_SEEDS=$(SEEDS)) $(if $(SEED),LODGING_SEED=$(SEED)) $(TEST) --filter SimulationTests.SimulationTests

# Its programs are the debug ones that the tests run too.
chaos: setup
	@$(BUILD_TESTS) >&2
	@"$$(scripts/python-environment loadtest/chaos)" loadtest/chaos/chaos.py --programs "$$($(SWIFT) build --show-bin-path)" \
	  $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(BOOTSTRAP),--bootstrap $(BOOTSTRAP)) \
	  $(if $(REPLICATION),--replication $(REPLICATION)) $(if $(PREFIX),--prefix $(PREFIX)) $(if $(ALLOW_CREATE_TIME),--allow-create-time)

chaos-test:
	@"$$(scripts/python-environment loadtest/chaos)" -m unittest discover --start-directory loadtest/chaos --top-level-directory loadtest/chaos

chains: setup
	@$(BUILD_TESTS) >&2
	@"$$(scripts/python-environment loadtest/chaos)" loadtest/chaos/chains.py --programs "$$($(SWIFT) build --show-bin-path)"

loadtest: setup
	@$(SWIFT) build -c release --product lodging >&2
	@$(SWIFT) build -c release --product kafka-mock >&2
	@$(SWIFT) build -c release --product lodging-load >&2
	@"$$(scripts/python-environment loadtest/runner)" loadtest/run.py --programs "$$($(SWIFT) build -c release --show-bin-path)" \
	  --peers "$$(scripts/python-environment loadtest/peers)" $(if $(SCALE),--scale $(SCALE)) $(if $(PART),--part $(PART))

loadtest-test:
	@"$$(scripts/python-environment loadtest/runner)" -m unittest discover --start-directory loadtest/runner/tests --top-level-directory loadtest

operations:
	@scripts/promtool
	@python="$$(scripts/python-environment scripts/operations)"; promtool="$$(command -v promtool || echo .build/tools/promtool)"; \
	  "$$python" -m unittest discover --start-directory scripts/operations && \
	  "$$python" scripts/operations/check.py --promtool "$$promtool"

format:
	$(SOURCES) | xargs -0 $(SWIFT) format --in-place --parallel

lint:
	$(SOURCES) | xargs -0 $(SWIFT) format lint --strict --parallel

setup:
	@scripts/setup
