# The commands of the project:
#   make run    builds the release binary and serves the demonstration on http://127.0.0.1:8080
#   make test   runs every check and test; installs what they need on Debian as root
#   make bench  measures the engine against the floor of this machine; see BENCHMARKS.md
#   make torture   kills, crashes and breaks things for some three hours; SLICE=1 for the minutes that the tests do anyway
#   make traceability   writes TRACEABILITY.md anew: which tests cover which requirement

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# What makes compiling faster the next time makes it slower the first, and there is no next time.
ifeq ($(CI),true)
export CARGO_INCREMENTAL := 0
endif
# Which tests `make suites` runs, in the words of cargo test.
TESTS ?= --workspace
AXE_VERSION := 4.14.1
SMTP_VERSION := 3.21.6
PACKAGES := $(CARGO_TARGET_DIR)/axe/node_modules
AXE := $(PACKAGES)/axe-core/axe.min.js
SMTP := $(PACKAGES)/smtp-server/package.json
ZHIPING := $(CARGO_TARGET_DIR)/debug/zhiping

.PHONY: help run test tools format build workflows deny suites bench torture traceability

# Clippy compiles our own crates for the tests: what it looks at is what runs, and the dependencies
# are compiled once, not a second time to be looked at.
build workflows suites: export RUSTC_WORKSPACE_WRAPPER := clippy-driver
build workflows suites: export CLIPPY_ARGS := --deny__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__

help:
	sed -n 's/^#   //p' Makefile

run:
	cargo run --release --package console --bin zhiping -- serve --demo

test: tools $(SMTP)
	$(MAKE) format build workflows deny suites
	echo "make test: everything passed"

traceability:
	ZHIPING_UPDATE=1 cargo test --quiet --package console --test traceability

# What the tests need beside Rust. On Debian as root it is installed; elsewhere it is named.
tools:
	declare -A missing=()
	has() { command -v "$$1" >/dev/null 2>&1; }
	has chromium || missing[chromium]="chromium (browser tests)"
	has chromedriver || missing[chromium-driver]="chromedriver (browser tests)"
	has pdftoppm || missing[poppler-utils]="pdftoppm of poppler-utils (reading PDF files)"
	has node || missing[nodejs]="node (accessibility rules, mail server)"
	has npm || missing[npm]="npm (accessibility rules, mail server)"
	has strace || missing[strace]="strace (disks that fail, power that goes)"
	has fc-list && [ -n "$$(fc-list :lang=zh-cn family)" ] \
	  || missing[fonts-noto-cjk]="a Chinese font such as Noto CJK (screenshots, documents)"
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || has initdb \
	  || missing[postgresql]="PostgreSQL server programs (initdb, pg_ctl)"
	if [ $${#missing[@]} -gt 0 ]; then
	  if [ "$$(id -u)" = 0 ] && has apt-get; then
	    echo "installing: $${!missing[*]}"
	    export DEBIAN_FRONTEND=noninteractive
	    apt-get -qq update
	    apt-get -qq install -y --no-install-recommends fontconfig "$${!missing[@]}" >/dev/null
	  else
	    printf 'The tests need these, please install them:\n' >&2
	    printf '  %s\n' "$${missing[@]}" >&2
	    exit 1
	  fi
	fi
	for component in fmt clippy; do
	  cargo $$component --version >/dev/null 2>&1 \
	    || { echo "cargo $$component is missing: rustup component add rustfmt clippy" >&2; exit 1; }
	done

# The accessibility rules, and the mail server that letters are sent to.
$(SMTP):
	npm install --silent --no-audit --no-fund --no-save --ignore-scripts \
	  --prefix $(CARGO_TARGET_DIR)/axe axe-core@$(AXE_VERSION) smtp-server@$(SMTP_VERSION)

format:
	cargo fmt --all --check

# Programs, tests and benches are built together, once, with the same features of their dependencies.
build:
	cargo test --workspace --all-targets --no-run

# The shipped workflows themselves: no fault found, and their scenarios end as they say.
workflows: build
	$(ZHIPING) lint workflows
	$(ZHIPING) simulate workflows/scenarios

# Licences and sources of dependencies. cargo-deny is optional: it is a tool of its own.
deny:
	if cargo deny --version >/dev/null 2>&1; then
	  cargo deny check bans licenses sources
	else
	  echo "cargo-deny is not installed: licences and sources of dependencies were not checked"
	fi

# All tests, on SQLite and on a PostgreSQL cluster of their own, and the documentation with its links.
suites: $(SMTP)
	export RUSTDOC=$(CURDIR)/tests/rustdoc.sh
	export ZHIPING_TEST_AXE="$(AXE)"
	export ZHIPING_TEST_SMTP="$(PACKAGES)/smtp-server"
	export INSTA_UPDATE=no
	tests/postgres.sh ZHIPING_TEST_POSTGRES off cargo test --no-fail-fast $(TESTS)

# Every write is on disk when it is answered, on both databases. BENCH_ROUNDS and BENCH_SECONDS set
# how often and how long; BENCH_ONLY, such as approval,queue, which of approval, definitions, queue,
# age and jobs.
bench:
	tests/postgres.sh ZHIPING_BENCH_POSTGRES on cargo bench --package engine --bench speed

# How often processes are killed on each database, how often the power goes, how many definitions are
# made at random, and how many lives the runtime is led through.
KILLS ?= 1000
CUTS ?= 1000
CASES ?= 1000000
SEEDS ?= 20000

# On both databases: processes killed under load and at every statement of every scenario, disks that
# fail and power that goes, databases that are full, away or silent, answers that no order explains,
# lives of the runtime that follow from a seed, random definitions with random commands, and every
# way of breaking a word of a workflow.
# After each the stored data are examined. RELIABILITY.md tells what was seen.
torture:
	if [ -z "$${SLICE:-}" ]; then
	  export ZHIPING_KILLS=$(KILLS) ZHIPING_CUTS=$(CUTS)
	  export ZHIPING_CASES=$(CASES) ZHIPING_SEEDS=$(SEEDS)
	  export PROPTEST_CASES=$$(($(CASES) / 10))
	  export ZHIPING_ALL_MUTANTS=1 ZHIPING_ALL_ENDS=1
	fi
	tests/postgres.sh ZHIPING_TEST_POSTGRES off \
	  cargo test --release --no-fail-fast --package engine --lib --test decision --test lint -- --nocapture \
	  runtime::tests::crash runtime::tests::faults runtime::tests::unwell runtime::tests::linear \
	  runtime::tests::simulation runtime::tests::rehearsal runtime::tests::doctor \
	  random:: mutants:: properties::
