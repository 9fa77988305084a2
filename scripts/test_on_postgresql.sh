#!/bin/sh
# Runs the tests that use a database a second time, on a throw-away PostgreSQL server. Arguments go to pytest.
# Where no such server can be started: says why; with CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."

reason=$(.venv/bin/python -m tests.postgres --missing)
if [ -n "$reason" ]; then
    echo "Not run on PostgreSQL: $reason"
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi
exec .venv/bin/python -m pytest --database=postgresql "$@"
