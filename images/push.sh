# push.sh IMAGE REPOSITORY TAG: IMAGE into a repository of Amazon ECR, as
# 123456789012.dkr.ecr.eu-west-1.amazonaws.com/fintone. Called by the Makefile.
set -euo pipefail
. "$(dirname "$0")/engine.sh"

image=$1
repository=$2
tag=$3

if [[ ! $repository =~ ^([0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?)/.+$ ]]; then
    echo "'$repository' is no repository of Amazon ECR: set REPOSITORY to its URI, as in" \
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/fintone." >&2
    exit 1
fi
registry=${BASH_REMATCH[1]}
region=${BASH_REMATCH[2]}
need aws "install the AWS command line, https://docs.aws.amazon.com/cli"
find_engine run

aws ecr get-login-password --region "$region" |
    "$engine" login --username AWS --password-stdin "$registry"
"$engine" tag "$image" "$repository:$tag"
"$engine" push "$repository:$tag"
echo "Pushed $repository:$tag."
