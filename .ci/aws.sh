#!/usr/bin/env bash
# Checks the deployment on AWS, without AWS: its own dependencies, its tests, the functions that it
# deploys with their sizes, and the template made from them without a network.
# Run this in the repository's root after `npm ci`.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# Runs one check: `check NAME COMMAND …`. Its output is shown only where it fails.
check() {
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "aws: $name"
  else
    failed=$((failed + 1))
    echo "aws: $name: FAILED with $?"
    cat "$work/log"
  fi
}

in_deploy() { (cd deploy/aws && "$@"); }

synth() {
  # No account, no credentials and no network: in its own network namespace where that is allowed.
  local alone=()
  unshare -rn true 2>/dev/null && alone=(unshare -rn)
  (cd deploy/aws && HOME="$work" AWS_EC2_METADATA_DISABLED=true \
    "${alone[@]}" npm run --silent synth -- "$@" --output "$work/cdk.out") &&
    [ -s "$work/cdk.out/Daybook.template.json" ]
}

arch=$(node -p process.arch)
[ -f dist/dashboard/js/daybook.v1.js ] || npm run --silent build >&2
check 'npm ci' in_deploy npm ci --ignore-scripts --loglevel=error
check 'functions are built and within their sizes' node scripts/build-lambda.mjs
cat "$work/log"
check 'synth' synth -c "arch=$arch"
check 'synth with a domain and CloudFront' synth -c "arch=$arch" \
  -c cloudfront=true -c domain=stats.example.com \
  -c certificate=arn:aws:acm:us-east-1:111122223333:certificate/x

in_deploy npm test --silent >"$work/tests" 2>&1
status=$?
grep -E '✖' "$work/tests" || true
p=$(awk '/^ℹ pass /{print $3}' "$work/tests")
f=$(awk '/^ℹ fail /{print $3}' "$work/tests")
if [ "$status" != 0 ] && [ "${f:-0}" = 0 ]; then f=1; fi
[ "$status" = 0 ] || tail -n 60 "$work/tests"
passed=$((passed + ${p:-0}))
failed=$((failed + ${f:-1}))
echo "aws: $passed passed, $failed failed"
[ "$failed" = 0 ]
