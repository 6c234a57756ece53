# make-venv.sh VENV PYTHON...: a virtual environment (without pip) from the first PYTHON that fits,
# or one sentence on what to install. Called by the Makefile.
set -euo pipefail

venv=$1
shift

# Every lock has wheels for 3.11 to 3.13, so those go first; on a newer Python serve.txt installs, but
# h5py (TensorFlow holds it back) would be compiled.
for fits in '(3, 11) <= sys.version_info < (3, 14)' 'sys.version_info >= (3, 14)'; do
    for python in "$@"; do
        # A name that is absent, or a pyenv shim for nothing, fails here as well.
        "$python" -c "import sys; sys.exit(not ($fits))" 2>/dev/null || continue
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$python cannot make virtual environments: install its venv module (Debian and" \
                "Ubuntu: apt install python3-venv), or name another with make PYTHON=/path/to/python3." >&2
            exit 1
        fi
        exec "$python" -m venv --clear --without-pip "$venv"
    done
done

echo "fintone needs Python 3.11 or newer, and none of '$*' is: install it, or name it with make" \
    "PYTHON=/path/to/python3." >&2
exit 1
