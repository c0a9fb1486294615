#!/bin/sh
# Installs the system libraries that Python packages cannot bring, where root may; else one clear line says which are missing.
#   python   a Python that can make virtual environments
#   browser  Chromium, for the tests that look at the page (they skip without it)
set -eu

missing=""
case "$1" in
  python)
    "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
      echo "Temirbek needs Python 3.11 or newer as ${PYTHON:-python3}." >&2; exit 1; }
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing="python3-venv"
    ;;
  browser)
    command -v chromium >/dev/null 2>&1 || missing="chromium"
    ;;
  *) echo "usage: system_libraries.sh python|browser" >&2; exit 2 ;;
esac
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing $missing ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/tmp/temirbek-apt.log 2>&1 && exit 0
  echo "Could not install: $missing (see /tmp/temirbek-apt.log)" >&2
else
  echo "Missing system packages: $missing (as root: apt-get install $missing)" >&2
fi
[ "$1" = browser ]  # tests can do without a browser, nothing can do without Python
