# Sourced by the scripts beside it: finds the program that builds and runs images.

# find_engine build|run: sets `engine`, or ends with one sentence. ENGINE=name takes that one.
find_engine() {
    local purpose=$1 name
    for name in ${ENGINE:-docker podman buildah}; do
        # The docker command is of no use where its engine does not answer.
        case $name in
            docker) docker version >/dev/null 2>&1 || continue ;;
            buildah) [ "$purpose" = build ] || continue ;;
        esac
        if command -v "$name" >/dev/null; then
            engine=$name
            return
        fi
    done
    echo "No engine to $purpose images: start Docker, or install podman${ENGINE:+ (ENGINE is \
'$ENGINE')}." >&2
    exit 1
}

# need TOOL HINT: ends with one sentence unless TOOL is there.
need() {
    command -v "$1" >/dev/null && return
    echo "$1 is missing: $2." >&2
    exit 1
}
