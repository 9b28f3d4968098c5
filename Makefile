# Every target sets itself up: a fresh clone with Node 20 needs nothing installed by hand.
.DEFAULT_GOAL := help
SHELL := /bin/sh

NODE_MODULES := node_modules/.installed

.PHONY: help install build generate lint fmt test demo demo-kubernetes bench bench-fleet bench-cluster bench-journal soak crash simulator envtest chart-tools action-tools journal-check test-e2e ci clean

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(NODE_MODULES): package.json package-lock.json
	@npm ci --no-fund --no-audit --loglevel=error
	@touch $@

install: $(NODE_MODULES) ## Install the dependencies of the lock file

build: $(NODE_MODULES) ## Bundle the executables into dist/
	@node esbuild.config.js

generate: $(NODE_MODULES) ## Write the generated files again (docs/reference)
	@node --import tsx test/generate/main.ts

lint: $(NODE_MODULES) ## Types, lint rules, formatting
	@npx tsc --noEmit
	@npx eslint .
	@npx prettier --check --log-level warn .

fmt: $(NODE_MODULES) ## Format the sources
	@npx prettier --write --log-level warn .

# The folders with the longest files first, so that no core is left with one of them at the end; one file more than there are
# cores at a time, because many of them wait for a process or a server now and then.
test: build ## Run every test that needs no cluster, several files at a time (npx mocha FILE runs one)
	@npx mocha --parallel --jobs "$$(($$(getconf _NPROCESSORS_ONLN) + 1))" \
	  'test/docs/**/*.test.ts' 'test/loop/**/*.test.ts' 'test/integration/**/*.test.ts' \
	  'test/!(docs|loop|integration)/**/*.test.ts'

demo: build ## Run the main job end to end against the simulator
	@node --import tsx test/demo/main.ts

demo-kubernetes: build ## Show the controller on a real Kubernetes API server, with kubectl and helm
	@node --import tsx test/demo/kubernetes.ts

bench: build ## Print requests, points, bytes, time and memory for 1,000 and 10,000 repositories
	@node --import tsx test/bench/main.ts

bench-fleet: $(NODE_MODULES) ## Run 200 policies, 20 of them failing, for seven minutes; print passes, waits, requests
	@node --import tsx test/bench/fleet.ts

bench-cluster: build ## Run 1,000 policies on a real API server; print times, memory and requests (ARGS="600" idle seconds)
	@node --import tsx test/bench/cluster.ts $(ARGS)

bench-journal: $(NODE_MODULES) ## Write a year of the journal of 10,000 repositories; print its size, start, questions, flushes
	@node --import tsx test/bench/journal.ts

soak: $(NODE_MODULES) ## Print the memory of the loop over 1,000 passes, and over 30 of 10,000 repositories
	@node --import tsx --expose-gc test/bench/soak.ts

crash: $(NODE_MODULES) ## Cut recorded stories at every boundary of the disk, start on what is left, print what is wrong
	@node --import tsx test/crash/main.ts

simulator: $(NODE_MODULES) ## Start the GitHub simulator (ARGS="--help" lists its options)
	@node --import tsx test/fakes/github/main.ts $(ARGS)

envtest: $(NODE_MODULES) ## Print the folder with etcd, kube-apiserver, kubectl, helm; build them if need be
	@node --import tsx test/cluster/provide.ts

chart-tools: $(NODE_MODULES) ## Print the folder with helm-unittest and helm-docs; build them if need be
	@node --import tsx test/cluster/provide.ts chart-tools

action-tools: $(NODE_MODULES) ## Print the folder with actionlint; build it if need be
	@node --import tsx test/cluster/provide.ts action-tools

journal-check: $(NODE_MODULES) ## Print the folder with the outside verifier of journals, in Go; build it if need be
	@node --import tsx test/cluster/provide.ts journal-check

test-e2e: TESTS ?= test/e2e/**/*.test.ts
test-e2e: build ## Run the tests on a real Kubernetes API server (TESTS=FILE runs one)
	@assets=$$(node --import tsx test/cluster/provide.ts) || exit 1; \
	  test "$$assets" = skip || KUBEBUILDER_ASSETS="$$assets" npx mocha --config .mocharc.e2e.json $(ARGS) '$(TESTS)'

ci: ## What CI runs
	@bash .ci/run

clean: ## Remove what was built
	@rm -rf dist coverage .cache
