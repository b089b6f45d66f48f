# Two commands matter: `make demo` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
LOCKED := --require-hashes --only-binary :all:
APT := DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends
APT_UPDATE := apt-get update --quiet=2
# All processes of the tests collect them in one order, and what one has compiled no other need compile.
TESTING := PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
# Three to two cores: many tests wait for a browser, or for a process of the kiosk.
WORKERS := --numprocesses $$(( $$(nproc) * 3 / 2 )) --dist worksteal
ROOT := test "$$(id -u)" -eq 0

.PHONY: help demo test compiled thorough mutants lint bench plot screens lighthouse audit overdue torture lock clean browser

help:
	@echo "make demo     run the simulated kiosk; prints an address and a password"
	@echo "make test     every check and every test, in a real browser too"
	@echo "make thorough every campaign of the tests whole, and the torture"
	@echo "make mutants  change the rules a little in two thousand ways, and see which tests notice"
	@echo "make lint     the checks alone: ruff, import contracts, mypy"
	@echo "make bench    the figures of the budgets, as ratios to a floor"
	@echo "make plot     draw docs/record-insert.svg from a new measurement"
	@echo "make screens  photograph the pupils' screen and every page, for docs/screen.md and docs/manual.md"
	@echo "make lighthouse  what Lighthouse finds of the pages, for docs/pages.md (needs node and npm)"
	@echo "make audit    whether a package that a kiosk uses has a known weakness (asks PyPI)"
	@echo "make overdue  whether a package that a kiosk uses has had a newer release for two weeks (asks PyPI and npm)"
	@echo "make torture  the record's full campaigns: kills, power cuts, bad disks (root for some)"
	@echo "make lock     resolve the requirements again, with their hashes (needs uv)"
	@echo "make clean    remove .venv"

demo: $(VENV)/.base
	@$(BIN)/kiosk demo

test: $(VENV)/.test
	@$(MAKE) --no-print-directory --jobs=2 lint browser compiled
	$(TESTING) $(WORKERS)

# Once, while mypy is at work: workers that collect at the same time would each compile all.
compiled: $(VENV)/.test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q kiosk hardware webui
	@$(TESTING) --collect-only -q >/dev/null || true # the run itself says what is wrong

thorough: browser compiled torture
	KIOSK_THOROUGH=1 $(TESTING) $(WORKERS)

mutants: $(VENV)/.test
	@$(PIP) install $(LOCKED) -r requirements/mutants.txt
	KIOSK_BRIEF=1 $(BIN)/mutmut run
	$(BIN)/mutmut results

lint: $(VENV)/.test
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

bench: $(VENV)/.base
	$(BIN)/python -m benchmarks

plot: $(VENV)/.test
	$(BIN)/python -m benchmarks --only inserts --plot docs/record-insert.svg

screens: browser
	KIOSK_SCREENS=docs/screens $(BIN)/python -m pytest -q tests/test_screen_browser.py tests/test_pad_browser.py tests/test_manual_browser.py -k "photographed or lost"

lighthouse: browser $(VENV)/lighthouse/.done
	$(BIN)/python -m benchmarks.lighthouse --tool $(VENV)/lighthouse/node_modules/.bin/lighthouse --json docs/lighthouse.json

# Asks the list of known weaknesses at PyPI, over the network, of every package that a kiosk may have.
audit: $(VENV)/audit/.done
	$(VENV)/audit/bin/pip-audit --require-hashes --disable-pip --strict \
	  -r requirements/base.txt -r requirements/alerts.txt -r requirements/mfrc522.txt

# What mends a weakness comes as a release: this finds one that was missed, whoever knows of it.
overdue: $(VENV)/audit/.done
	$(VENV)/audit/bin/python -m requirements.overdue

$(VENV)/audit/.done: $(BIN)/python requirements/audit.txt
	@$(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check -qq install $(LOCKED) -r requirements/audit.txt
	@touch $@

torture: $(VENV)/.test
	$(BIN)/python tests/torture.py --json docs/torture.json

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "The kiosk needs Python 3.11 or later: Debian 12 or Raspberry Pi OS of 2023 has it."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { $(ROOT) && $(APT_UPDATE) && $(APT) python3-venv >/dev/null; } || \
	  { echo "Python's venv is missing. Install it with: sudo apt install python3-venv"; exit 1; }
# A Pi's lgpio, RPi.GPIO (rpi-lgpio) and spidev come from apt: the venv must see them.
	@$(PYTHON) -m venv $$(test -e /proc/device-tree/model && echo --system-site-packages) $(VENV)

$(VENV)/.base: $(BIN)/python requirements/base.txt requirements/mfrc522.txt pyproject.toml
	@echo "Setting up $(VENV): a minute on a PC, a few on a Pi."
	@$(PIP) install $(LOCKED) -r requirements/base.txt
	@$(PIP) install $(LOCKED) --no-deps -r requirements/mfrc522.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.base requirements/test.txt
	@$(PIP) install $(LOCKED) -r requirements/test.txt
	@touch $@

$(VENV)/lighthouse/.done: requirements/lighthouse/package.json requirements/lighthouse/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing. Install it with: sudo apt install npm"; exit 1; }
	@mkdir -p $(@D) && cp requirements/lighthouse/*.json $(@D)
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Chromium without a window takes a fifth less of the processor; any other does as well. Playwright's
# driver needs libatomic1, which a very small Debian lacks.
SHELL_ONLY := chromium-headless-shell
browser: $(VENV)/.test
	@has() { command -v "$$1" && $(BIN)/python -m playwright --version; } >/dev/null 2>&1; \
	has $(SHELL_ONLY) || \
	{ $(ROOT) && $(APT_UPDATE) && $(APT) $(SHELL_ONLY) libatomic1 fonts-dejavu-core; } >/dev/null 2>&1 || \
	has chromium || has chromium-browser || has google-chrome || \
	{ $(ROOT) && $(APT) chromium libatomic1 fonts-dejavu-core >/dev/null; } || \
	{ echo "Chromium is missing. Install it with: sudo apt install chromium libatomic1"; exit 1; }

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet pyproject.toml --output-file requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet pyproject.toml --extra test --constraints requirements/base.txt --output-file requirements/test.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet pyproject.toml --extra alerts --constraints requirements/base.txt --output-file requirements/alerts.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet pyproject.toml --extra test --extra mutants --constraints requirements/test.txt --output-file requirements/mutants.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet requirements/audit.in --output-file requirements/audit.txt
	uv pip compile --no-deps --generate-hashes --no-header --quiet requirements/mfrc522.in --output-file requirements/mfrc522.txt

clean:
	rm -rf $(VENV)
