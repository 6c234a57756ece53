# fetch-cli.sh: the CDK's command line, as package-lock.json pins it, into cdk/node_modules, or one
# sentence on what is missing. Does nothing where that is there already.
set -euo pipefail
cd "$(dirname "$0")"
. ../images/engine.sh

# The CDK's Python packages need node too: they are its JavaScript, called from Python.
need node "install Node.js 22 or newer, https://nodejs.org"
if ! cmp -s package-lock.json node_modules/.lock; then
    need npm "it comes with Node.js, https://nodejs.org"
    echo "Installing the CDK's command line into cdk/node_modules: once, until it changes."
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.lock
fi
