#!/usr/bin/env bash
# `make test`: every test, in the environment that it needs. Stops at the end, not at the first failure.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
run() { echo; echo "== $1"; shift; "$@" || failed=1; }
bot() { .venv-bot/bin/python -m pytest -q -o asyncio_mode=auto "$@"; }
gateway() { .venv/bin/python -m pytest -q "$@"; }

run "language and bot" bot tests/language tests/bot $(ls -d tests/nlu tests/screening 2>/dev/null)
run "Rasa: the data is valid" .venv-bot/bin/python -m rasa data validate --quiet
run "Rasa: the stories hold" .venv-bot/bin/python -m rasa test core --stories tests/test_stories.yml --fail-on-prediction-errors --model "$(ls -t models/*.tar.gz | head -1)" --out results --quiet
run "gateway" gateway tests/gateway $(ls -d tests/safety 2>/dev/null)
run "starting, and the whole path" gateway tests/bench tests/words tests/deploy tests/run tests/whole $(ls -d tests/page 2>/dev/null)
[ $failed = 0 ] && echo && echo "all tests passed"
exit $failed
