#!/usr/bin/env bash
# Builds the image of deploy/docker/Dockerfile with buildah, and runs it as compose.yaml does: not
# as root, nothing writable but the volume and /tmp. No registry is asked: the base is made of
# Debian's own packages, and what the image's first stage makes is installed here.
# Run this in the repository's root after a build. It needs root on Debian, and may mount.
set -euo pipefail

work=$(mktemp -d)
server=''
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
  [ ! -d "$work/store" ] || b rm --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
export BUILDAH_ISOLATION=chroot
b() { buildah --root "$work/store" --runroot "$work/run" "$@"; }

# What this machine cannot do is neither passed nor failed.
not_tried() {
  echo "container: NOT TRIED: $1"
  exit 0
}

[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || not_tried 'it needs root that may mount'
if ! command -v buildah >/dev/null || ! command -v mmdebstrap >/dev/null; then
  bash .ci/apt.sh buildah mmdebstrap >"$work/apt.log" 2>&1 ||
    not_tried 'buildah and mmdebstrap cannot be installed'
fi
mmdebstrap --quiet --mode=root --variant=minbase --include=nodejs trixie "$work/base.tar" \
  http://deb.debian.org/debian >"$work/base.log" 2>&1 || not_tried "Debian's packages: no answer"
scratch=$(b from scratch 2>"$work/buildah.log") ||
  not_tried "buildah: $(tail -n 1 "$work/buildah.log")"

b add -q "$scratch" "$work/base.tar" / >/dev/null
b commit -q "$scratch" base >/dev/null
npm pack --silent --ignore-scripts --pack-destination "$work" >/dev/null
npm install --silent --global --prefix "$work/prefix" --ignore-scripts --prefer-offline \
  "$work"/daybook-*.tgz
mkdir "$work/empty" "$work/data"
installed=$(b from scratch)
b add -q "$installed" "$work/prefix" /opt/daybook >/dev/null
b add -q "$installed" "$work/empty" /data >/dev/null
b commit -q "$installed" installed >/dev/null
b bud -q --format docker --build-arg NODE_IMAGE=localhost/base \
  --build-arg INSTALLED=localhost/installed -t daybook \
  -f deploy/docker/Dockerfile deploy/docker >/dev/null
echo 'container: the image is built'
b images --format '  {{.Name}} {{.Size}}'

root=$(b mount "$(b from localhost/daybook)")
b inspect --type image daybook >"$work/image.json"
node - "$work/image.json" "$work/run.sh" "$root" "$work/data" <<'NODE'
const { readFileSync, writeFileSync } = require('node:fs');
const [image, script, root, data] = process.argv.slice(2);
const { config } = JSON.parse(readFileSync(image, 'utf8')).Docker;
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const env = config.Env.filter((entry) => !/^(PORT|HOST)=/.test(entry));
const inside = (words) =>
  ['env', '-i', ...env, 'HOST=127.0.0.1', 'PORT=$PORT', 'chroot', `--userspec=${config.User}`, root]
    .map((word) => (word.includes('$') ? `"${word}"` : quoted(word)))
    .concat(words.map(quoted))
    .join(' ');
writeFileSync(
  script,
  `set -e
mount --bind ${root} ${root}
mount -o remount,bind,ro ${root}
mount -t proc proc ${root}/proc
mount -t tmpfs tmpfs ${root}/tmp
mount --rbind /dev ${root}/dev
chown ${config.User} ${data}
mount --bind ${data} ${root}/data
cd /
if [ "$1" = serve ]; then exec ${inside([...config.Entrypoint, ...config.Cmd])}; fi
! chroot --userspec=${config.User} ${root} touch /opt/here 2>/dev/null
[ "$(chroot --userspec=${config.User} ${root} id -u)" != 0 ]
${inside(config.Healthcheck.Test.slice(1))}
`,
);
NODE

PORT=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
  console.log(s.address().port); s.close(); })')
export PORT
unshare -m bash "$work/run.sh" serve >"$work/server.log" 2>&1 &
server=$!
for attempt in $(seq 120); do
  grep -q '#key=' "$work/server.log" && break
  if [ "$attempt" = 120 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$work/server.log"
    echo 'container: 1 passed, 1 failed'
    exit 1
  fi
  sleep 0.5
done
key=$(sed -n 's/.*#key=//p' "$work/server.log" | head -n 1)
ask() { curl -fsS -H "Authorization: Bearer $key" "http://127.0.0.1:$PORT$1" "${@:2}"; }
unshare -m bash "$work/run.sh" health
echo 'container: the health check passes; nothing but /data and /tmp is writable; it is not root'
ask /api/v1/sites -d '{"domain":"example.com"}' >/dev/null
ask /api/event -A 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' \
  -d '{"n":"pageview","u":"https://example.com/","d":"example.com"}' >/dev/null
ask /api/v2/query -d '{"site_id":"example.com","metrics":["pageviews"],"date_range":"day"}' |
  grep -q '"metrics":\[1\]'
kill "$server"
wait "$server"
server=''
echo 'container: a hit is taken, a report has it, and it ends in good order'
echo 'container: 3 passed, 0 failed'
