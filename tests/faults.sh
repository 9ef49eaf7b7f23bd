#!/usr/bin/env bash
# `make test-faults`: the long fault runs, of which `make test` runs a short form. How long, from the environment:
#   FAULT_KILLS    kills of the gateway (on SQLite, then on PostgreSQL) and of the stand-in bot, 1000 each
#   FAULT_WHOLE_KILLS kills of the real bot, the action server and the gateway under the supervisor, 30 each
#   FAULT_CANARIES words sent through every surface, 1000
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
.venv-bot/bin/python -m pytest -q -o asyncio_mode=auto -m faults tests/screening tests/nlu || failed=1
.venv/bin/python -m pytest -q -m faults tests/widget || failed=1
FAULTS=1 .venv/bin/python -m pytest -q -s -n 0 -m faults tests/gateway || failed=1
.venv/bin/python -m pytest -q -s -m faults tests/handoff || failed=1
.venv/bin/python -m pytest -q -s -m faults tests/whole || failed=1
.venv/bin/python -m pytest -q -m faults tests/safety || failed=1
exit $failed
