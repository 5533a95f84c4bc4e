# make report                          set up, run the benchmark, print where the report is
# make report EXPERIMENT=my.yaml       the same for an experiment of your own, merged over config.yaml
# make test                            set up and run every check: lint, format, types, tests
# make gpu                             try the engine for a GPU on this machine's, and measure it
# make reproduce                       run the smoke experiment twice, on one core and on two, and compare all tables
# make reference                       run the benchmark, and keep what a fresh run is held against
# make pictures                        take the README's pictures of the reference (needs Chromium and a Chinese font)
# make clean                           delete results, reports and the environment

SHELL := /bin/bash
CORES ?= all
EXPERIMENT ?=
SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c '$(SUITS)' 2> /dev/null && echo $$name && break; done)
BIN := .venv/bin
# A progress bar on a terminal; Snakemake's own plain lines elsewhere.
BAR := $(shell [ -t 2 ] && echo --logger rich)
CHOICE = $(if $(EXPERIMENT),--configfile $(EXPERIMENT))

.PHONY: report test browser slurm gpu reproduce reference pictures clean

report: .venv/report
	@$(BIN)/rnnbench plan $(CHOICE)
	@PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --cores $(CORES) $(CHOICE) $(BAR); status=$$?; \
		[ ! -e reports/report.html ] || { echo; echo "The report: $(CURDIR)/reports/report.html"; }; exit $$status

test: .venv/test browser slurm
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	PATH="$(CURDIR)/$(BIN):$$PATH" snakefmt --check Snakefile workflow/rules
	PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --lint
	$(BIN)/python -m pytest -n $(if $(filter all,$(CORES)),auto,$(CORES))

# The report is tried in Chromium. Where it is not there and cannot be installed, those tests are skipped and say so.
browser:
	@command -v chromium > /dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium > /dev/null; } || \
		echo "No Chromium, and no right to install it: the tests that need a browser are skipped." >&2

# The cluster's profile is tried with a Slurm of one node; likewise.
slurm:
	@tests/cluster/slurm.sh install || echo "The tests that need Slurm are skipped." >&2

gpu: .venv/test
	$(BIN)/python -m pytest tests/training tests/models tests/data/test_not_asked.py
	$(BIN)/rnnbench bench --device cuda

reproduce: .venv/test
	@PYTHONPATH=tests $(BIN)/python -m scripts.reproduce

reference: report
	$(BIN)/python docs/reference.py reports reports/reference

pictures: .venv/test browser
	$(BIN)/python docs/pictures.py reports/reference/report.html docs

clean:
	rm -rf .venv .snakemake results build src/rnnbench/training/engines/native/*.so reports/report.html reports/tables reports/figures

# Two environments in one folder: what the report needs, and on top of it what the tests need.
.venv/report: constraints.txt pyproject.toml setup.py $(wildcard src/rnnbench/training/engines/native/cpp/*.h src/rnnbench/training/engines/native/sources.py)
	@$(or $(PYTHON),false) -c '$(SUITS)' || \
		{ echo "rnnbench needs Python 3.11, 3.12 or 3.13; say which: make report PYTHON=python3.12" >&2; exit 2; }
	@echo "Setting up .venv: a few minutes, once ..."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e .
	@touch $@

.venv/test: .venv/report
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e '.[test]'
	@touch $@
