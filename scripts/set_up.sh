#!/bin/sh
# Makes .venv with the pinned dependencies and this package in it; does nothing when nothing changed.
# PYTHON names the interpreter to start from (default python3).
set -eu
cd "$(dirname "$0")/.."

python="${PYTHON:-python3}"
requirements=requirements/dev.txt
stamp=.venv/.siegelpost-installed

say() { printf '%s\n' "$*" >&2; }

as_root() { [ "$(id -u)" -eq 0 ]; }

if ! command -v "$python" >/dev/null 2>&1; then
    say "Python is missing. Type: apt-get install python3 python3-venv"
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Python 3.11 or newer is needed, $python is $("$python" -V 2>&1). Name another: make PYTHON=/path/to/python3 …"
    exit 1
fi

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    # Debian keeps ensurepip, which venv needs, in a package of its own.
    if ! "$python" -c 'import venv; from ensurepip import version' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if as_root && command -v apt-get >/dev/null 2>&1; then
            say "Installing $version"
            { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$version"; } >&2 </dev/null
        else
            say "Python cannot make virtual environments here. Type: sudo apt-get install $version"
            exit 1
        fi
    fi
    say "Making the virtual environment .venv"
    "$python" -m venv --clear .venv
fi

wanted=$(cat "$requirements" pyproject.toml | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ]; then
    exit 0
fi

say "Installing the pinned dependencies (once; takes a minute)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$requirements"
# The build backend is among them, so this step needs no network.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-index --no-deps --no-build-isolation -e .
printf '%s\n' "$wanted" > "$stamp"
