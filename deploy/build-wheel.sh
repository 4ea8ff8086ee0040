#!/usr/bin/env bash
# build-wheel.sh PYTHON FOLDER: the wheel of the last commit. SOURCE_DATE_EPOCH says of which time.
set -euo pipefail
umask 022
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
git archive HEAD LICENSE README.md pyproject.toml api cli corpus ingest languages verify |
    tar --extract --no-same-permissions --directory "$source"
"$1" -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --wheel-dir "$2" "$source"
