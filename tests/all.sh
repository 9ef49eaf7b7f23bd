#!/usr/bin/env bash
# `make test`: every test, in the environment that it needs. Stops at the end, not at the first failure.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
run() { echo; echo "== $1"; shift; "$@" || failed=1; }
bot() { .venv-bot/bin/python -m pytest -q -o asyncio_mode=auto -m "not faults" "$@"; }
gateway() { .venv/bin/python -m pytest -q -m "not faults" "$@"; }

# One core each: the bot's tests beside those of the gateway that start whole systems. The rest take both cores.
of_the_bot() {
  run "language and bot" bot tests/language tests/bot tests/nlu tests/conversation tests/screening tests/handoff_form
  run "Rasa: the data is valid" .venv-bot/bin/python -m rasa data validate --quiet
  run "Rasa: the stories hold" .venv-bot/bin/python -m rasa test core --stories tests/test_stories.yml --fail-on-prediction-errors --model "$(ls -t models/*.tar.gz | head -1)" --out results --quiet
  return $failed
}
mkdir -p build
set -m  # a process group of its own, so that it ends with us
of_the_bot >build/tests-of-the-bot.log 2>&1 &
bot_lane=$!
set +m
trap 'kill -- -$bot_lane 2>/dev/null' EXIT
run "red flags" gateway tests/safety
run "hand-off" gateway tests/handoff
run "starting, and the whole path" gateway tests/bench tests/words tests/deploy tests/run tests/whole
run "gateway" .venv/bin/python -m pytest -q -n 1 tests/gateway
wait $bot_lane || failed=1
cat build/tests-of-the-bot.log
run "staff console" .venv/bin/python -m pytest -q -n 2 --dist loadfile tests/console
run "chat widget" .venv/bin/python -m pytest -q -m "not faults" -n 2 --dist worksteal tests/widget
[ $failed = 0 ] && echo && echo "all tests passed"
exit $failed
