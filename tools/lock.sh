#!/bin/sh
# Pins the newest releases, with hashes and without any index address, in both lock files.
#
# One set of versions serves every supported Python, so that figures agree between machines.
set -eu
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check uv

pin() {
    "$folder/bin/uv" pip compile --quiet --upgrade --universal --fork-strategy fewest \
        --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
        pyproject.toml "$@"
}

pin --group build -o requirements.lock
pin --group build --group dev -c requirements.lock -o requirements-dev.lock
