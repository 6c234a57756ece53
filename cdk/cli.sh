# cli.sh VERB [OPTION...]: the CDK's command line for the stack of this folder. Called by the Makefile;
# explained in docs/deploy.md.
set -euo pipefail
cd "$(dirname "$0")"
. ../images/engine.sh

verb=$1
shift
bash fetch-cli.sh

# given OPTION: whether it is among what was passed on.
passed=" $* "
given() { [[ $passed == *" $1 "* ]]; }

case $verb in
    synth) set -- --quiet "$@" ;;
    deploy)
        # What builds and pushes the image. A program named in CDK_DOCKER goes first.
        [ -n "${CDK_DOCKER:-}" ] || find_engine build
        export CDK_DOCKER=${CDK_DOCKER:-$engine}
        given --outputs-file || set -- --outputs-file cdk.out/outputs.json "$@"
        ;;
esac
# It is pinned, so it need not ask whether there is a newer one.
export CDK_DISABLE_VERSION_CHECK=1
node_modules/.bin/cdk "$verb" "$@"
if [ "$verb" = synth ] && ! given --output; then
    echo "Wrote cdk/cdk.out/fintone.template.json."
fi
