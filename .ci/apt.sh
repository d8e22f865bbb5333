#!/usr/bin/env bash
# Installs Debian's packages: `bash .ci/apt.sh caddy nginx`. Parts of `.ci/run` run at the same
# time: one installs, others wait. No service is started. Shows its output only where it fails.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
exec 9>"${TMPDIR:-/tmp}/daybook-apt.lock"
flock 9
{ apt-get update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
  --no-install-recommends "$@"; } >"$log" 2>&1 9>&- || {
  cat "$log" >&2
  exit 1
}
