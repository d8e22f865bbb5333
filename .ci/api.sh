#!/usr/bin/env bash
# Holds the API against its own description, which a real Daybook serves: schemathesis sends seeded
# requests made from it, and looks whether an answer is a 5xx or one that is not described; and a
# client that a public generator makes of it compiles, and asks for a report.
# Run this in the repository's root after `npm ci`. It needs Node, npm and python3 with pip.
set -euo pipefail

seed=${DAYBOOK_API_SEED:-7}
examples=${DAYBOOK_API_EXAMPLES:-20}
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
passed=0
failed=0

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
  console.log(s.address().port); s.close(); })')
[ -f dist/dashboard/js/daybook.v1.js ] || npm run --silent build >&2
node bin/daybook.cjs site add example.com --open --default --data "$work/data"
DAYBOOK_LOG=warn node bin/daybook.cjs serve --port "$port" --data "$work/data" >"$work/server.log" 2>&1 &
server=$!
for attempt in $(seq 150); do
  curl -fs "http://127.0.0.1:$port/health/ready" >/dev/null && break
  if [ "$attempt" = 150 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$work/server.log" >&2
    exit 1
  fi
  sleep 0.2
done
key=$(sed -n 's/.*#key=\([^ ]*\).*/\1/p' "$work/server.log" | head -n 1)
url="http://127.0.0.1:$port"

python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet 'schemathesis>=4.3,<5' || exit 1

# A site that is there, for every place that names one; what removes it is tried with others.
cat >"$work/schemathesis.toml" <<TOML
seed = $seed
[parameters]
site = "example.com"
site_id = "example.com"
[[operations]]
include-operation-id = "deleteApiV1SitesSite"
parameters = { site = "nobody.example" }
TOML
checks='not_a_server_error,status_code_conformance,content_type_conformance'
checks+=',response_schema_conformance'
# It leaves files where it runs.
if (cd "$work" && python/bin/st --config-file schemathesis.toml run "$url/api/openapi.json" \
  --header "Authorization: Bearer $key" --checks "$checks" --max-examples "$examples" \
  --phases examples,coverage,fuzzing --workers 1 --request-timeout 60 --no-color \
  >"$work/st.log" 2>&1); then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
  cat "$work/st.log"
fi
grep -E 'Operations:|Tested:|generated' "$work/st.log" || true

mkdir "$work/client"
curl -fs "$url/api/openapi.json" >"$work/client/openapi.json"
npx -y openapi-typescript@7 "$work/client/openapi.json" -o "$work/client/api.ts" >/dev/null
cat >"$work/client/ask.ts" <<'TS'
import type { paths } from './api.ts';

type Query = paths['/api/v2/query']['post'];
type Report = Query['responses'][200]['content']['application/json'];

const body: Query['requestBody']['content']['application/json'] = {
  site_id: 'example.com',
  metrics: ['visitors', 'pageviews'],
  date_range: 'day',
};
const answer = await fetch(`${process.env['DAYBOOK']}/api/v2/query`, {
  method: 'POST',
  headers: { Authorization: `Bearer ${process.env['KEY']}` },
  body: JSON.stringify(body),
});
const report = (await answer.json()) as Report;
console.log(JSON.stringify(report.results[0]?.metrics.length));
TS
compile() {
  npx tsc --ignoreConfig --strict --target es2022 --module nodenext --skipLibCheck \
    --allowImportingTsExtensions --rewriteRelativeImportExtensions --types node \
    --typeRoots "$PWD/node_modules/@types" --outDir "$work/client/out" "$work/client/ask.ts"
}
echo '{"type":"module"}' >"$work/client/package.json"
if compile && [ "$(DAYBOOK=$url KEY=$key node "$work/client/out/ask.js")" = 2 ]; then
  passed=$((passed + 1))
  echo 'a client made by openapi-typescript compiles, asks and gets a report'
else
  failed=$((failed + 1))
fi

echo "api: $passed passed, $failed failed"
[ "$failed" = 0 ]
