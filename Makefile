# Every target sets itself up: a fresh clone with Node 20 needs nothing installed by hand.
.DEFAULT_GOAL := help
SHELL := /bin/sh

NODE_MODULES := node_modules/.installed

.PHONY: help install build tests-tree generate lint fmt test demo demo-incident demo-rollout demo-evidence demo-web demo-kubernetes bench bench-fleet bench-cluster bench-journal bench-latency bench-workflows bench-beside soak crash chaos chaos-mutants pair fuzz mutants law-mutants simulator envtest chart-tools action-tools journal-check otel-collector test-e2e ci clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(NODE_MODULES): package.json package-lock.json
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

install: $(NODE_MODULES) ## Install the dependencies of the lock file

# Where PLUS1_BUILT names the folder, somebody has built it, as .ci/run has: what runs from it must not be replaced under its feet.
build: $(NODE_MODULES) ## Bundle the executables into dist/
	@test "$$PLUS1_BUILT" = dist || node esbuild.config.js

generate: $(NODE_MODULES) ## Write the generated files again (docs/reference)
	@node --import tsx test/generate/main.ts

# The lint rules know the types as well, and take as long as the two others together.
lint: $(NODE_MODULES) ## Types, lint rules, formatting
	@npx eslint . & rules=$$!; \
	  npx tsc --noEmit; types=$$?; npx prettier --check --log-level warn .; format=$$?; \
	  wait $$rules && test $$types -eq 0 && test $$format -eq 0

fmt: $(NODE_MODULES) ## Format the sources
	@npx prettier --write --log-level warn .

# Plain JavaScript of all sources, made in a second (esbuild.tests.config.js). As for `build`, nothing is made where somebody has.
tests-tree: build
	@test "$$PLUS1_BUILT" = dist || node esbuild.tests.config.js

# From plain JavaScript, with the program that was just built. The folders
# with the longest files first, so that no core is left with one of them at the end; one file more than there are cores at a
# time, because many of them wait for a process or a server now and then.
TESTS_TREE := .cache/tests/test
test: tests-tree ## Run every test that needs no cluster, several files at a time (npx mocha FILE runs one)
	@PLUS1_TESTS="$${PLUS1_TESTS:-sample}" PLUS1_BUILT=dist npx mocha --config .mocharc.tests.json --parallel --jobs "$$(($$(getconf _NPROCESSORS_ONLN) + 1))" $(ARGS) \
	  '$(TESTS_TREE)/docs/**/*.test.js' '$(TESTS_TREE)/loop/**/*.test.js' '$(TESTS_TREE)/integration/**/*.test.js' \
	  '$(TESTS_TREE)/!(docs|loop|integration)/**/*.test.js'

demo: tests-tree ## Run the main job end to end against the simulator
	@node --enable-source-maps $(TESTS_TREE)/demo/main.js

demo-incident: tests-tree ## Play a bad action from the alarm to the report: isolation, evidence, release
	@node --enable-source-maps $(TESTS_TREE)/demo/incident/main.js

demo-rollout: tests-tree ## Play two rules in stages, in virtual time: one goes through, one is rolled back
	@node --enable-source-maps $(TESTS_TREE)/demo/rollout/main.js

demo-evidence: build ## Play a month in virtual time and write its certification (ARGS="DIR", evidence by default)
	@node --import tsx test/demo/evidence/main.ts $(ARGS)

demo-web: $(NODE_MODULES) ## Serve the web page over the month of the demo, on a free port, until Ctrl-C
	@node --import tsx test/demo/evidence/web.ts $(ARGS)

demo-kubernetes: build ## Show the controller on a real Kubernetes API server, with kubectl and helm
	@node --import tsx test/demo/kubernetes.ts

bench: build ## Print what first, idle and quick passes take, beside a bare client (ARGS="1000" one size of three)
	@node --import tsx test/bench/main.ts $(ARGS)

bench-fleet: $(NODE_MODULES) ## Run 200 policies, 20 of them failing, for seven minutes; print passes, waits, requests
	@node --import tsx test/bench/fleet.ts

bench-cluster: build ## Run 1,000 policies on a real API server; print times, memory and requests (ARGS="600" idle seconds)
	@node --import tsx test/bench/cluster.ts $(ARGS)

bench-journal: build ## Write a year of the journal of 10,000 repositories; print its size, start, questions, reports, flushes
	@PLUS1_BUILT=dist node --import tsx test/bench/journal.ts

bench-latency: build ## Print the time from a push to the ruleset with webhooks and without, and what an idle hour costs
	@PLUS1_BUILT=dist node --import tsx test/bench/latency.ts $(ARGS)

bench-workflows: build ## Print what workflow files and checklists cost a first and a converged pass (ARGS="1000" one size of two)
	@node --import tsx test/bench/workflows.ts $(ARGS)

bench-beside: build ## Print what passes take beside a SIEM and people who read the web page (ARGS="5" turns)
	@PLUS1_BUILT=dist node --import tsx test/bench/beside.ts $(ARGS)

soak: $(NODE_MODULES) ## Print the memory of the loop over many passes of up to 100,000 repositories (ARGS="10000" one size)
	@node --import tsx --expose-gc test/bench/soak.ts $(ARGS)

crash: tests-tree ## Cut recorded stories at every boundary of the disk, start on what is left, print what is wrong
	@node --enable-source-maps $(TESTS_TREE)/crash/main.js journal & journal=$$!; \
	  node --enable-source-maps $(TESTS_TREE)/crash/main.js sync; status=$$?; wait $$journal && exit $$status

chaos: tests-tree ## Run the controller through seeded trouble in virtual time (ARGS="--seeds 10000 --seed 1")
	@node --enable-source-maps --max-semi-space-size=64 $(TESTS_TREE)/chaos/main.js $(ARGS)

chaos-mutants: $(NODE_MODULES) ## Plant faults in a scratch copy, and see that chaos notices each (ARGS="window" plants some)
	@node --import tsx test/chaos/mutants/main.ts $(ARGS)

pair: build ## Run two controllers on a real API server behind broken networks for an hour (ARGS="--seconds 60 --seed 2")
	@node --import tsx test/pair/main.ts $(ARGS)

fuzz: tests-tree ## Give each parser random inputs (ARGS="--cases 1000000 --seed 1")
	@node --enable-source-maps $(TESTS_TREE)/fuzz/main.js $(ARGS)

mutants: $(NODE_MODULES) ## Plant faults in each room and play its tests (ARGS="governance catalog" plays some)
	@node --import tsx test/mutants/main.ts $(ARGS)

law-mutants: $(NODE_MODULES) ## Plant one fault against each law, and see that its tests turn red (ARGS="3 5" plants some)
	@node --import tsx test/mutants/law-main.ts $(ARGS)

simulator: $(NODE_MODULES) ## Start the GitHub simulator (ARGS="--help" lists its options)
	@node --import tsx test/fakes/github/main.ts $(ARGS)

envtest: $(NODE_MODULES) ## Print the folder with etcd, kube-apiserver, kubectl, helm; build them if need be
	@node --import tsx test/cluster/provide.ts

chart-tools: $(NODE_MODULES) ## Print the folder with helm-unittest and helm-docs; build them if need be
	@node --import tsx test/cluster/provide.ts chart-tools

action-tools: $(NODE_MODULES) ## Print the folder with actionlint; build it if need be
	@node --import tsx test/cluster/provide.ts action-tools

otel-collector: $(NODE_MODULES) ## Print the folder with the OpenTelemetry Collector; build it if need be
	@node --import tsx test/cluster/provide.ts otel-collector

journal-check: $(NODE_MODULES) ## Print the folder with the outside verifier of journals, in Go; build it if need be
	@node --import tsx test/cluster/provide.ts journal-check

# Two files at a time, each process with a control plane of its own that its files share: they wait most of the time. The longest first.
LONG_E2E := docs|image|pair|kube|kube-trouble|kube-leader|approvals|story
test-e2e: TESTS ?= test/e2e/@($(LONG_E2E)).test.ts test/e2e/!($(LONG_E2E)).test.ts
test-e2e: tests-tree ## Run the tests on a real Kubernetes API server, two files at a time (TESTS=FILE runs one)
	@assets=$$(node --import tsx test/cluster/provide.ts) || exit 1; \
	  test "$$assets" = skip || KUBEBUILDER_ASSETS="$$assets" npx mocha --config .mocharc.e2e.json --parallel --jobs 2 $(ARGS) \
	    $(foreach each,$(TESTS),'$(patsubst test/%.ts,$(TESTS_TREE)/%.js,$(each))')

ci: ## What CI runs
	@bash .ci/run

clean: ## Remove what was built
	@rm -rf dist coverage .cache
