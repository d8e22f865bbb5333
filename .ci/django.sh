#!/usr/bin/env bash
# Tests the Django client under Debian's Django 3.2 and pip's 5.2: its own tests, its script, and
# everything together with a real Daybook; and its example, by its README. Its own tests also under
# pip's 4.2, and 6 where there is a Python for it (3.12).
# Run this in the repository's root. It needs Node, npm, python3, and root on Debian 12.
set -euo pipefail

work=$(mktemp -d)
server=''
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

debian_python=/usr/bin/python3
if ! "$debian_python" -c 'import django, ensurepip' 2>/dev/null; then
  if [ "$(id -u)" != 0 ]; then
    echo 'django: python3-django and python3-venv are missing;' \
      'install them, or run this as root' >&2
    exit 1
  fi
  bash .ci/apt.sh python3-django python3-venv
fi

# The tests are in a folder without the package, so that they import the installed one: a file that
# its wheel lacks is noticed.
mkdir "$work/run"
cp -r clients/django/tests clients/django/example "$work/run"

"$debian_python" -m venv --system-site-packages "$work/debian"
"$debian_python" -m venv "$work/newest"
"$work/newest/bin/pip" install --quiet 'Django~=5.2.0'
python3 -m venv "$work/earlier"
"$work/earlier/bin/pip" install --quiet 'Django~=4.2.0'
names=(debian newest earlier)
for python in python3.14 python3.13 python3.12 \
  "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9].*/bin/python; do
  "$python" -c 'import ensurepip' 2>/dev/null || continue
  "$python" -m venv "$work/six"
  "$work/six/bin/pip" install --quiet 'Django~=6.0'
  names+=(six)
  break
done
for name in "${names[@]}"; do
  "$work/$name/bin/pip" install --quiet --no-deps ./clients/django
done

failed=0
run() { "$@" || failed=1; }

for name in "${names[@]}"; do
  (cd "$work/run" && "$work/$name/bin/python" \
    -W error::DeprecationWarning:daybook_django -m tests) || failed=1
done

script() {
  local log=$work/script.log counts
  node --test --test-reporter=tap clients/django/tests/script.test.mjs >"$log" 2>&1
  local status=$?
  [ "$status" = 0 ] || cat "$log"
  counts=$(awk '/^# pass /{p=$3} /^# fail /{f=$3}
    END{print p+0 " passed, " f+0 " failed"}' "$log")
  echo "django script: $counts"
  return "$status"
}
run script

[ -d node_modules ] || npm ci --loglevel=error
[ -f dist/src/entry/cli/cli.js ] && [ -d dist/dashboard ] || npm run --silent build >&2

port=$("$debian_python" -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
node bin/daybook.cjs site add example.test --open --default --data "$work/data"
node bin/daybook.cjs serve --port "$port" --data "$work/data" >"$work/server.log" 2>&1 &
server=$!
ready="import sys, urllib.request as u
opener = u.build_opener(u.ProxyHandler({}))
answer = opener.open('http://127.0.0.1:$port/health/ready', timeout=2)
sys.exit(answer.status != 200)"
for attempt in $(seq 150); do
  if "$debian_python" -c "$ready" 2>/dev/null; then break; fi
  if [ "$attempt" = 150 ] || ! kill -0 "$server" 2>/dev/null; then
    echo 'django: Daybook did not become ready' >&2
    cat "$work/server.log" >&2
    exit 1
  fi
  sleep 0.2
done
key=$(sed -n 's/.*#key=\([^ ]*\).*/\1/p' "$work/server.log" | head -n 1)
if [ -z "$key" ]; then
  echo 'django: serve printed no owner key' >&2
  exit 1
fi

for name in debian newest; do
  export DAYBOOK_URL="http://127.0.0.1:$port"
  python="$work/$name/bin/python"
  (cd "$work/run" && DAYBOOK_SITE=example.test DAYBOOK_KEY= "$python" tests/live.py) || failed=1
  (cd "$work/run" && DAYBOOK_SITE= DAYBOOK_KEY="$key" "$python" tests/live.py) || failed=1
  # The same pages in a real Chromium, with a second Daybook that this test starts; and the client
  # beside one that is killed.
  DJANGO_PYTHON="$python" npx vitest run --config vitest.extras.config.ts \
    test/clients/django || failed=1
done

# The example, by the commands of its README in a fresh folder.
npx vitest run --config vitest.extras.config.ts test/examples/django || failed=1

exit "$failed"
