# The two commands of a press office: `make pdf` and `make test`. `make help` lists the rest.
#   make pdf LANGS="az ru" ISSUE=2023-03     only these languages, this issue
#   make all JOBS=1                          one core

PYTHON ?= python3
VENV   := .venv
LANGS  ?=
ISSUE  ?=
JOBS   ?=

BIN       := $(VENV)/bin
PUBLISHER := $(BIN)/publisher
SELECTION  = $(ISSUE) $(foreach language,$(LANGS),-l $(language))
BUILD      = $(PUBLISHER) build $(SELECTION) $(if $(JOBS),-j $(JOBS))
SETTINGS  := pyproject.toml constraints.txt tools/setup.sh

.DEFAULT_GOAL := help
.PHONY: help pdf epub docx html all parity update status check verify test lint format clean distclean doctor

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/ready: $(SETTINGS)
	@PYTHON="$(PYTHON)" sh tools/setup.sh build $(VENV)

$(VENV)/ready-test: $(VENV)/ready $(SETTINGS)
	@PYTHON="$(PYTHON)" sh tools/setup.sh test $(VENV)

pdf: $(VENV)/ready ## Compile the PDF editions.
	@$(BUILD) -f pdf
epub: $(VENV)/ready ## Compile the EPUB editions.
	@$(BUILD) -f epub
docx: $(VENV)/ready ## Compile the DOCX editions.
	@$(BUILD) -f docx
all: $(VENV)/ready ## Compile every format and let the judges check them.
	@$(BUILD)
	@$(PUBLISHER) verify

update: $(VENV)/ready ## Bring the catalogs up to date with the source.
	@$(PUBLISHER) update $(SELECTION)
status: $(VENV)/ready ## Show how far each language is.
	@$(PUBLISHER) status $(SELECTION)
check: $(VENV)/ready ## Find errors in source and catalogs.
	@$(PUBLISHER) check $(SELECTION)
parity: $(VENV)/ready ## Compare all languages and formats.
	@$(PUBLISHER) parity $(SELECTION)
verify: $(VENV)/ready ## Let the judges check what has been built.
	@$(PUBLISHER) verify
doctor: $(VENV)/ready ## Say what this machine lacks.
	@$(PUBLISHER) doctor

test: $(VENV)/ready-test ## Run the tests.
	@$(BIN)/python -m pytest -n auto -q
lint: $(VENV)/ready-test ## Check style and types.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
format: $(VENV)/ready-test ## Bring the code into shape.
	@$(BIN)/ruff check --fix -q . || true
	@$(BIN)/ruff format .

clean: ## Remove built editions and caches.
	rm -rf dist .cache .pytest_cache .mypy_cache .ruff_cache
distclean: clean ## Remove the virtual environment as well.
	rm -rf $(VENV)
