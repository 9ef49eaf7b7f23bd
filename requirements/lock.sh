#!/usr/bin/env bash
# Writes the lock files: versions and hashes, no registry's address. Usage: requirements/lock.sh UV
set -euo pipefail
cd "$(dirname "$0")"
uv=$1; case $uv in /*) ;; *) uv="../$uv" ;; esac
compile() { "$uv" pip compile --quiet --python-version "$1" --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links "${@:4}" "$2" -o "$3"; }
compile 3.10 bot.in bot.lock
compile 3.10 encoder.in encoder.lock --no-deps
compile 3.13 gateway.in gateway.lock
compile 3.13 gateway-test.in gateway-test.lock -c gateway.lock
