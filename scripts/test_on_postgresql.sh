#!/bin/sh
# Runs the tests that use a database a second time, on a throw-away PostgreSQL server. Arguments go to pytest.
# Where no such server can be started: says why; as root with CI=true that is a failure.
set -eu
cd "$(dirname "$0")/.."

reason=$(.venv/bin/python -m tests.postgres --missing)
if [ -n "$reason" ]; then
    echo "Not run on PostgreSQL: $reason"
    if [ "${CI:-}" = true ] && [ "$(id -u)" -eq 0 ]; then exit 1; fi
    exit 0
fi
exec .venv/bin/python -m pytest --database=postgresql "$@"
