#!/usr/bin/env bash
# `make check`: style, types, import rules, answers against the document, lock files. Every part says what is wrong.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
part() { printf '%-38s' "$1"; shift; if output=$("$@" 2>&1); then echo ok; else echo FAILED; echo "$output" | sed 's/^/  /'; failed=1; fi; }

locks_fresh() {
  local folder status=0
  folder=$(mktemp -d)
  cp requirements/*.in requirements/*.lock requirements/lock.sh "$folder"
  bash "$folder/lock.sh" "$PWD/build/uv/bin/uv" || return 1
  for lock in requirements/*.lock; do
    cmp -s "$lock" "$folder/${lock##*/}" || { echo "$lock does not fit its .in file. Run \`make lock\` and commit it."; status=1; }
    if grep -nE '://|^--(extra-)?index|^--find-links' "$lock"; then echo "$lock names an address; none may stand in it."; status=1; fi
  done
  rm -rf "$folder"
  return $status
}

part "style (ruff)" .venv/bin/python -m ruff check .
part "types (mypy: gateway, language)" .venv/bin/python -m mypy --no-error-summary gateway language
part "import rules" .venv/bin/python -c "from importlinter.cli import lint_imports_command as c; c()" --no-cache
part "answers held against the document" .venv-bot/bin/python -m bot.answers.proof
if command -v npm >/dev/null; then part "widget built" make -s -C widget check; else echo "widget built: skipped, no npm here"; fi
part "lock files fresh" locks_fresh
exit $failed
