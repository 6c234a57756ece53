# assume-role.sh ROLE REGION: changes the job's GitHub token for one hour's credentials of an AWS role,
# for the steps that follow. Called by workflows/deploy.yml; whom the role trusts: docs/deploy.md.
set -euo pipefail

role=$1
region=$2

if [ -z "$role" ] || [ -z "$region" ]; then
    echo "::error::This environment names no role: give it the variables AWS_ROLE_ARN and AWS_REGION" \
        "(docs/deploy.md, From GitHub)."
    exit 1
fi

token=$(curl --silent --show-error --fail --retry 3 \
    --header "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" | jq --raw-output --exit-status .value)
echo "::add-mask::$token"

if ! credentials=$(aws sts assume-role-with-web-identity --region "$region" --role-arn "$role" \
    --role-session-name "fintone-$GITHUB_RUN_ID" --web-identity-token "$token" \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text); then
    # AWS says only that it refuses. What it compared is in the token's claims, which are no secret.
    subject=$(jq --raw-input --raw-output \
        'split(".")[1] | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson.sub' <<<"$token")
    echo "::error::AWS does not give $role to '$subject': write exactly this subject into the role's" \
        "trust policy (docs/deploy.md, From GitHub)."
    exit 1
fi

read -r id secret session <<<"$credentials"
printf '::add-mask::%s\n' "$id" "$secret" "$session"
printf '%s=%s\n' AWS_REGION "$region" AWS_ACCESS_KEY_ID "$id" AWS_SECRET_ACCESS_KEY "$secret" \
    AWS_SESSION_TOKEN "$session" >>"$GITHUB_ENV"
