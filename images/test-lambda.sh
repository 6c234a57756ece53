# test-lambda.sh FUNCTION TEXT: asks a deployed function, by name or ARN, and prints its answer.
# Called by the Makefile.
set -euo pipefail
. "$(dirname "$0")/engine.sh"

function=$1
text=$2

if [ -z "$function" ]; then
    echo "No function is named: set FUNCTION to its name or ARN." >&2
    exit 1
fi
need aws "install the AWS command line, https://docs.aws.amazon.com/cli"
need python3 "install Python 3"

event=$(python3 -c 'import json, sys; print(json.dumps({"payload": sys.argv[1]}))' "$text")
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
# A function that fails is a call that succeeds: only this field tells.
failure=$(aws lambda invoke --function-name "$function" --cli-binary-format raw-in-base64-out \
    --payload "$event" --query FunctionError --output text "$answer")
cat "$answer"
echo
if [ "$failure" != None ]; then
    echo "$function answered with an error ($failure): its log says more." >&2
    exit 1
fi
