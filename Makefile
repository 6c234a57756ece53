# Every verb sets itself up: it installs what it needs into .venv, once for each change of a lock.
# Written for GNU make 3.81 too (macOS), so nothing here is newer than that.

# Names to look for, in this order; `make serve PYTHON=/path/to/python` takes that one.
PYTHON ?= python3 python3.13 python3.12 python3.11
# A folder of corpora for the verbs that read them; unset, the programs use their own default.
DATA ?=
# What the model learns from: a checkpoint's folder or name, or none; unset, the usual one.
TEACHER ?=
# More arguments for the program behind a verb: make train ARGS="--csv mine.csv"
ARGS ?=

VENV := .venv
# The service that this one replaces, for comparison: an environment of its own.
OLD_VENV := .venv-old
# Other servers of the same graph, for comparison as well: two environments, as they do not fit into one.
PEERS_VENV := .venv-peers
MLSERVER_VENV := .venv-mlserver
RUN := $(VENV)/bin/python -m
DATA_OPTION = $(if $(DATA),--data "$(DATA)")
TEACHER_OPTION = $(if $(TEACHER),--teacher "$(TEACHER)")

# The images' names; TAG is what push-image gives the one that it pushes.
IMAGE ?= fintone
TAG ?= $(shell git rev-parse --short HEAD 2>/dev/null || echo latest)
# Where push-image pushes to: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/fintone
REPOSITORY ?=
# What test-lambda asks, and what it says.
FUNCTION ?=
TEXT ?= Operating profit fell to EUR 35.4 mn from EUR 68.8 mn
PORT ?= $(if $(filter run-lambda,$@),9000,8080)
# How many requests a second plan is for; unset, 10000.
RPS ?=
# What smoke and load ask.
URL ?=
CDK = VENV="$(abspath $(VENV))" bash cdk/cli.sh
# Lambda's emulator, fetched by requirements/fetch-emulator.sh.
RIE ?= $(VENV)/emulator/aws-lambda-rie
FETCH_EMULATOR = bash requirements/fetch-emulator.sh $(VENV) requirements/emulator.lock
export RIE FUNCTION TEXT URL

SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# `make train export` is two goals of which the second reads what the first writes, under -j too.
.NOTPARALLEL:
# train/, export/ and others are folders as well: without this, make would call them up to date.
.PHONY: help serve test train export evaluate data bench-graph bench-cold lint format lock clean \
	image-local image-lambda run-local run-lambda push-image test-lambda test-images \
	synth bootstrap deploy diff destroy smoke behaviour bench-model bench-pareto screenshots \
	load load-report plan bench-server

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

serve: $(VENV)/.installed-serve ## answer on port 8080 from the committed graph
	$(RUN) runtime

# Two workers, as CI has two cores at least; a module's tests stay together, because they share what
# its fixtures trained. The coverage gate judges the whole suite only, so ARGS turns it off.
test: $(VENV)/.installed-dev ## run the tests with the coverage gate; ARGS="-k word" runs some
	@$(FETCH_EMULATOR)
	@bash cdk/fetch-cli.sh || echo "The tests that need it will be skipped." >&2
	$(RUN) pytest $(if $(ARGS),$(ARGS),-n 2 --dist loadscope --cov --cov-report=term-missing)

train: $(VENV)/.installed-$(if $(filter none,$(TEACHER)),train,teacher) ## corpora to artifacts/; DATA=DIR, TEACHER=none, ARGS="--csv FILE ..."
	$(RUN) train $(DATA_OPTION) $(TEACHER_OPTION) $(ARGS)

export: $(VENV)/.installed-train ## artifacts/ to onnx_models/, proven equal
	$(RUN) export $(ARGS)

evaluate: $(VENV)/.installed-train ## score the committed graph on the held-out texts; DATA=DIR
	$(RUN) train evaluate --model onnx_models/sentiment.onnx $(DATA_OPTION) $(ARGS)

behaviour: $(VENV)/.installed-train ## score the committed graph on minimal pairs, kind by kind
	$(RUN) train behaviour --model onnx_models/sentiment.onnx $(ARGS)

data: $(VENV)/.installed-train ## fetch the public corpora into data/; DATA=DIR puts them elsewhere
	$(RUN) train data $(DATA_OPTION) $(ARGS)

bench-graph: $(VENV)/.installed-train ## time the graph beside what the plain converters give
	$(RUN) bench.graph $(ARGS)

bench-pareto: $(VENV)/.installed-train ## time the graph of each size of network; ARGS="--json FILE"
	$(RUN) bench.pareto $(ARGS)

bench-model: $(VENV)/.installed-$(if $(filter none,$(TEACHER)),train,teacher) ## judge the model beside others and without its parts (hours, resumes); ARGS="--only contenders --write docs"
	$(RUN) bench.model $(DATA_OPTION) $(TEACHER_OPTION) $(ARGS)

load: $(VENV)/.installed-load ## put load on a service, from a page on port 8089; URL=..., ARGS="--headless -u 100 -t 1m"
	$(RUN) locust --web-host localhost $(if $(URL),--host "$$URL") $(ARGS)

load-report: $(VENV)/.installed-dev ## measure the service under load for docs/load-test.md (a quarter of an hour); ARGS="--only soak"
	$(RUN) bench.load --write docs $(ARGS)

plan: $(VENV)/.installed-dev ## what so many requests a second take of AWS Lambda, and cost; RPS=N, ARGS="--p99 100 --success 0.999"
	@$(FETCH_EMULATOR)
	$(RUN) bench.capacity $(if $(RPS),--rps $(RPS)) $(ARGS)

# Asked before four environments are installed. It is no verb, and so not listed as one.
needs-wrk:
	@command -v wrk >/dev/null || { echo "wrk is not installed: install it with apt install wrk." >&2; exit 1; }

bench-server: needs-wrk $(VENV)/.installed-dev $(OLD_VENV)/.installed-old-service $(PEERS_VENV)/.installed-peers $(MLSERVER_VENV)/.installed-mlserver ## load the server beside others on one core (minutes; apt install wrk); ARGS="--write docs"
	$(RUN) bench.server --peers $(PEERS_VENV) --mlserver $(MLSERVER_VENV) --old $(OLD_VENV) $(ARGS)

bench-cold: $(VENV)/.installed-dev $(OLD_VENV)/.installed-old-service ## time cold starts beside the old service's; ARGS="--write docs"
	@$(FETCH_EMULATOR)
	$(RUN) bench.cold_start --image $(IMAGE):lambda --old $(OLD_VENV) $(ARGS)

image-local: ## build the image of the service; ARGS="--no-cache ..." goes to docker or podman
	@bash images/build.sh local $(IMAGE):local $(ARGS)

image-lambda: ## build the image of the Lambda function
	@bash images/build.sh lambda $(IMAGE):lambda $(ARGS)

run-local: image-local ## run the service's image on port 8080; PORT=N
	@bash images/run.sh local $(IMAGE):local $(PORT)

run-lambda: image-lambda $(VENV)/.installed-dev ## run the function's image under Lambda's emulator on port 9000
	@$(FETCH_EMULATOR)
	@bash images/run.sh lambda $(IMAGE):lambda $(PORT)

push-image: image-lambda ## push the function's image to Amazon ECR; REPOSITORY=URI, TAG=...
	@bash images/push.sh $(IMAGE):lambda "$(REPOSITORY)" "$(TAG)"

test-lambda: ## ask the deployed function; FUNCTION=name, TEXT="..."
	@bash images/test-lambda.sh "$$FUNCTION" "$$TEXT"

test-images: $(VENV)/.installed-dev ## build both images and try them (minutes; docker, or root with podman)
	@$(FETCH_EMULATOR)
	@bash cdk/fetch-cli.sh || echo "The tests that need it will be skipped." >&2
	TEST_IMAGES=1 $(RUN) pytest tests/images/test_containers.py tests/cdk/test_deploy_image.py $(ARGS)

synth: $(VENV)/.installed-cdk ## write the CloudFormation template to cdk/cdk.out; ARGS="-c memory=1024 ..." sets it up
	@$(CDK) synth $(ARGS)

bootstrap: $(VENV)/.installed-cdk ## prepare an AWS account and region for the CDK, once
	@$(CDK) bootstrap $(ARGS)

deploy: $(VENV)/.installed-cdk ## build the image and put it all on AWS; ARGS as for synth
	@$(CDK) deploy $(ARGS)

diff: $(VENV)/.installed-cdk ## show what deploy would change; ARGS as for synth
	@$(CDK) diff $(ARGS)

destroy: $(VENV)/.installed-cdk ## remove it from AWS, all but its log; ARGS as for synth
	@$(CDK) destroy $(ARGS)

smoke: $(VENV)/.installed-cdk ## try the deployed service; URL=https://...
	@$(RUN) cdk.smoke "$$URL" $(ARGS)

screenshots: $(VENV)/.installed-dev ## take the pictures in docs/images/ anew (needs Chromium)
	$(RUN) tests.browser.screenshots

lint: $(VENV)/.installed-dev ## check style, types and who imports whom
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/.installed-dev ## format the code and mend what can be mended
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

# dev.txt holds everything; the others are cut from it, so that all agree and can share one .venv.
COMPILE = $(RUN) uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --custom-compile-command "make lock" $(ARGS)
lock: $(VENV)/.installed-lock ## recompile requirements/*.txt; ARGS=--upgrade takes newer versions
	$(COMPILE) pyproject.toml --extra dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --extra serve -c requirements/dev.txt --output-file requirements/serve.txt
	$(COMPILE) pyproject.toml --extra lambda -c requirements/dev.txt --output-file requirements/lambda.txt
	$(COMPILE) pyproject.toml --extra train --extra export -c requirements/dev.txt --output-file requirements/train.txt
	$(COMPILE) pyproject.toml --extra train --extra export --extra teacher -c requirements/dev.txt --output-file requirements/teacher.txt
	$(COMPILE) pyproject.toml --extra cdk -c requirements/dev.txt --output-file requirements/cdk.txt
	$(COMPILE) pyproject.toml --extra load -c requirements/dev.txt --output-file requirements/load.txt
	$(COMPILE) requirements/old-service.in -c requirements/dev.txt --output-file requirements/old-service.txt
	$(COMPILE) requirements/peers.in -c requirements/serve.txt --output-file requirements/peers.txt
	$(COMPILE) requirements/mlserver.in --output-file requirements/mlserver.txt
	$(COMPILE) requirements/lock.in -c requirements/dev.txt --output-file requirements/lock.txt

clean: ## remove .venv, caches and artifacts/; data/ and onnx_models/ stay
	rm -rf $(VENV) $(OLD_VENV) $(PEERS_VENV) $(MLSERVER_VENV) cdk/node_modules cdk/cdk.out artifacts .cache/teacher .coverage .coverage.* htmlcov
	rm -rf .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name data -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

# A dangling link counts as missing, so a .venv whose Python is gone is made anew.
$(VENV)/bin/python:
	@bash requirements/make-venv.sh $(VENV) $(PYTHON)

# Made by .venv's Python, so that the comparison is not one of Python versions.
$(OLD_VENV)/.installed-old-service: requirements/old-service.txt $(VENV)/bin/python
$(PEERS_VENV)/.installed-peers: requirements/peers.txt $(VENV)/bin/python
$(MLSERVER_VENV)/.installed-mlserver: requirements/mlserver.txt $(VENV)/bin/python
$(OLD_VENV)/.installed-old-service $(PEERS_VENV)/.installed-peers $(MLSERVER_VENV)/.installed-mlserver:
	@bash requirements/make-venv.sh $(@D) $(VENV)/bin/python
	@bash requirements/install.sh $(@D) $<
	@touch $@

# The stamp is written last: an install that failed or was interrupted is taken up again.
$(VENV)/.installed-%: requirements/%.txt $(VENV)/bin/python
	@bash requirements/install.sh $(VENV) $<
	@touch $@
