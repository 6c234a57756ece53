# build.sh local|lambda TAG [OPTION...]: the image of Dockerfile.local or Dockerfile.lambda, with more
# options for the engine's build command. Called by the Makefile; explained in docs/images.md.
set -euo pipefail
cd "$(dirname "$0")/.."
. images/engine.sh

kind=$1
tag=$2
shift 2

options=(--file "Dockerfile.$kind" --tag "$tag")
# The function's architecture is AWS's and not this machine's; why x86_64: docs/images.md.
[ "$kind" = local ] || options+=(--platform "${PLATFORM:-linux/amd64}")
find_engine build
# Attestations make an image an index of several, which Lambda refuses. The variable is read by buildx
# alone, where an option would stop engines that do not know it:
# https://docs.docker.com/build/metadata/attestations/
export BUILDX_NO_DEFAULT_ATTESTATIONS=1
# OCI's format, which podman and buildah write by default, has no HEALTHCHECK.
[ "$engine" = docker ] || options+=(--format docker)

"$engine" build "${options[@]}" "$@" .
echo "Built $tag with $engine."
