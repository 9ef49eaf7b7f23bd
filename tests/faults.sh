#!/usr/bin/env bash
# `make test-faults`: the long fault runs, of which `make test` runs a short form.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
.venv-bot/bin/python -m pytest -q -o asyncio_mode=auto -m faults tests/screening || failed=1
.venv/bin/python -m pytest -q -m faults tests/widget || failed=1
exit $failed
