# install.sh VENV LOCK: what LOCK names into VENV, one line for each download. Called by the Makefile.
set -euo pipefail

venv=$1
lock=$2
python=$venv/bin/python

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$venv holds a Python older than 3.11: remove it with make clean, then try again." >&2
    exit 1
fi

echo "Installing $lock into $venv: once, until it changes."
# Here and not where the environment is made, so that an interrupted ensurepip is taken up again.
"$python" -m ensurepip >/dev/null
# Unbuffered, or the lines would come all at the end: pip writes to a pipe here. A lock is complete,
# so nothing is looked up for it: pip would ask for what pyproject.toml excludes (tool.uv).
PYTHONUNBUFFERED=1 "$python" -m pip install --require-hashes --no-deps --disable-pip-version-check \
    --progress-bar off --requirement "$lock" |
    awk '/^ *(Downloading|Using cached|Building|Installing)/ && !/metadata/ { print; fflush() }'
