#!/usr/bin/env bash
# Tests `daybook serve --https` with Pebble, a real authority of certificates; and the server
# started again under load while another program holds its port.
# Run this in the repository's root. It needs Node, npm, openssl, python3, and root on Debian 12.
set -euo pipefail

if ! command -v pebble >/dev/null; then
  bash .ci/apt.sh pebble openssl python3
fi
npx vitest run --config vitest.extras.config.ts test/entry/https
