# The two commands: `make demo` shows the repository at work, `make test` runs all that CI runs.
# Nothing needs to be installed by hand but Python 3.11 or later.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Bytecode is kept, whatever the environment says: a command starts in 1.5 s with it and 1.9 without.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo serve test prove reading bench screens translations install install-dev lock clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

demo: install ## Take in the starter corpus, index it, and answer a first question
	$(BIN)/salex init --starter
	$(BIN)/salex search what works on wellbeing measurement
	@echo
	@echo "Start the pages and the API with: make serve"

serve: install ## Start the API and the pages on 127.0.0.1:8000
	@test -f data/catalogue.sqlite || $(BIN)/salex init --starter
	$(BIN)/salex serve

# The tests write thousands of small files and wait for the disk at each. In memory they do not
# wait: 585 s instead of 607 on two processors. They need less than 1 GB of it.
SCRATCH = $$(test "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}')" -gt 4000000 \
	2>/dev/null && mktemp -d /dev/shm/salex-tests-XXXXXX || mktemp -d)

test: install-dev ## Run everything CI runs: style, types, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	scratch=$(SCRATCH); trap 'rm -rf "$$scratch"' EXIT; trap 'exit 130' INT TERM; \
	TMPDIR=$$scratch OMP_NUM_THREADS=1 \
		$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

prove: install-dev ## Run the long proofs that the suite leaves out: damages, failing writes, kills
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist load -m prove

REPORTS ?= ../shared/reports
PAGES ?= $(REPORTS)/.. ../.mirror
reading: install-dev ## Read the reports in REPORTS and compare with what people said about them
	@test -d $(REPORTS) || { echo "There are no reports in $(REPORTS): set REPORTS=folder"; exit 1; }
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run roles $(REPORTS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run record $(REPORTS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run quotes $(REPORTS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run translated $(REPORTS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run bands $(REPORTS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run text $(REPORTS)
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reading.run tags $(PAGES)

bench: install-dev ## Measure encoding, search and exports on this machine
	$(BIN)/python -m benchmarks.encoding
	$(BIN)/python -m benchmarks.searching
	$(BIN)/python -m benchmarks.exporting

translations: install-dev ## Collect the texts of pages for translators (search_api/web/locale)
	$(BIN)/python -m tests.support.translating

screens: install-dev ## Take the pictures in docs/screens again, or LOOK=folder: pages to look at
	$(BIN)/python -m tests.support.screens $(LOOK)

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

# Everything is pinned with hashes but torch: its builds differ by platform, and it alone is taken
# by version.
$(VENV)/.installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

UNLOCKED := --no-emit-package torch --no-emit-package triton \
	--no-emit-package cuda-bindings --no-emit-package cuda-pathfinder --no-emit-package cuda-toolkit \
	$(addprefix --no-emit-package ,nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc \
	nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver \
	nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 \
	nvidia-nvtx)
COMPILE = uv pip compile pyproject.toml -c constraints.txt --universal --python-version 3.11 \
	--generate-hashes --no-header --quiet --no-emit-index-url --no-emit-find-links $(UNLOCKED)

lock: ## Pin the newest releases that satisfy pyproject.toml and constraints.txt (needs uv)
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) --upgrade --extra dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove what was built; the data folder stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
