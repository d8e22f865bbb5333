#!/usr/bin/env bash
# Tests `daybook serve --https` with Pebble, a real authority of certificates; and the server
# started again under load while another program holds its port.
# Run this in the repository's root. It needs Node, npm, openssl, python3, and root on Debian 12.
set -euo pipefail

if ! command -v pebble >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends pebble openssl python3 >/dev/null
fi
npx vitest run --config vitest.extras.config.ts test/entry/https
