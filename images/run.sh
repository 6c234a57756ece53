# run.sh local|lambda TAG PORT [OPTION...]: a container of that image, until Ctrl-C. For Lambda it runs
# under the emulator of Lambda's runtime interface, a program at RIE. Called by the Makefile.
set -euo pipefail
. "$(dirname "$0")/engine.sh"

kind=$1
tag=$2
port=$3
shift 3

find_engine run
# As in production: nothing can be written, and no privilege is there to be gained.
options=(--rm --read-only --cap-drop all --security-opt no-new-privileges --publish "$port:8080")
command=()
if [ "$kind" = lambda ]; then
    if [ ! -x "$RIE" ]; then
        echo "The emulator is missing: set RIE to the path of aws-lambda-rie." >&2
        exit 1
    fi
    options+=(--volume "$(realpath "$RIE"):/aws-lambda-rie:ro" --entrypoint /aws-lambda-rie)
    # The emulator starts what the image would have started.
    started=$("$engine" image inspect --format \
        '{{range .Config.Entrypoint}}{{.}} {{end}}{{range .Config.Cmd}}{{.}} {{end}}' "$tag")
    read -ra command <<<"$started"
    echo "Ask http://localhost:$port/2015-03-31/functions/function/invocations"
else
    echo "Ask http://localhost:$port"
fi
exec "$engine" run "${options[@]}" "$@" "$tag" ${command+"${command[@]}"}
