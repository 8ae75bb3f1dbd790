# `make demo` and `make test` are the two commands in the README. Both set up first, as needed.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup demo test check lint fix lock css train-privacy train-consult wheel clean

help: ## What each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: .venv/.ready ## Make .venv with the locked dependencies and Bernard in it

.venv/.ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m bernard.models.onnx_build || echo "Search by meaning is off until this works: .venv/bin/python -m bernard.models.onnx_build"
	$(BIN)/python -m bernard.models.ocr_weights || echo "Pictures are not read until this works: .venv/bin/python -m bernard.models.ocr_weights"
	touch $@

demo: setup ## Start Bernard with sample documents and open it in a browser
	$(BIN)/bernard demo

test: setup ## Run the tests
	$(BIN)/pytest -n auto

check: lint test ## All that CI checks

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog -I docs --check docs/*.md docs/*/*.md

fix: setup ## Put right what a machine can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/cog -I docs -r docs/*.md docs/*/*.md

wheel: setup ## Build the wheel, with the embedding model in it
	$(BIN)/python -m hatchling build -t wheel

clean: ## Remove what was made
	rm -rf .venv .venv-train build/privacy build/consult dist node_modules .mypy_cache .ruff_cache .pytest_cache

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

lock: ## Resolve the dependencies again (needs uv)
	$(LOCK) -o requirements.lock
	$(LOCK) --extra postgresql -o requirements-postgresql.lock
	$(LOCK) --all-extras --group dev -o requirements-dev.lock
	$(LOCK) --group training -o requirements-train.lock

css: ## Compile the styles again (needs Node)
	npm ci --ignore-scripts --no-audit --no-fund
	npx sass --no-source-map --style=compressed --no-charset --load-path=node_modules src/bernard/look/styles/bernard.scss src/bernard/look/static/bernard.css

# MINUTES is how long the assured tagger learns; what ships learned for 62. On Linux TORCH should name a file or an
# index of PyTorch's build for the CPU: the one that plain pip takes brings gigabytes for a GPU, which is not used.
MINUTES ?= 62
SEED ?= 1
TORCH ?= torch==2.13.0
TRAINED := build/privacy
WEIGHTS := src/bernard/privacy/weights
DIAL := 0.5:3
TRAIN := PYTHONPATH=src:. .venv-train/bin/python -m training.privacy

train-privacy: .venv-train/.ready ## Train the taggers of names again: MINUTES=62 SEED=1 (wants ../shared/data)
	$(TRAIN).assured $(TRAINED) --minutes $(MINUTES) --seed $(SEED)
	$(TRAIN).export $(TRAINED)/average.pt $(TRAINED)/assured.onnx --dial $(DIAL)
	$(TRAIN).publish $(TRAINED)/assured.onnx $(TRAINED)/tokenizer.json
	$(TRAIN).fast
	$(TRAIN).measure $(WEIGHTS)/assured.onnx $(WEIGHTS)/assured.tokenizer.json

CONSULT := build/consult
OPINIONS := $(CONSULT)/vaderSentiment-3.3.2.tar.gz
LEARN := PYTHONPATH=src:. .venv-train/bin/python -m training.consult

train-consult: .venv-train/.ready ## Train the encoders and the head of consultations again (wants ../shared/data)
	.venv-train/bin/pip download --quiet --no-deps --no-binary :all: --dest $(CONSULT) vaderSentiment==3.3.2
	$(LEARN).train ../shared/data $(OPINIONS) $(CONSULT) --model consult-encoder
	$(LEARN).train ../shared/data $(OPINIONS) $(CONSULT) --model consult-encoder-fast
	$(LEARN).export $(CONSULT)
	$(LEARN).head ../shared/data $(CONSULT)

.venv-train/.ready: requirements-train.lock
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet --require-hashes -r requirements-train.lock
	.venv-train/bin/pip install --quiet --no-deps $(TORCH)
	touch $@
