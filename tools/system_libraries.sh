#!/bin/sh
# Installs the system libraries that Python packages cannot bring, where root may; else one clear line says which are missing.
#   python   a Python that can make virtual environments
#   sound    PortAudio, for sound cards (a show without it plays to a paced null device)
#   browser  Chromium, for the tests that look at the page (they skip without it)
#   speech   espeak-ng, which speaks announcements that have no recording (arming says so where it is missing)
#   peers    JACK's dummy device, liblo, OLA, libltc, Redis and NATS, against which the tests speak (they skip without them)
set -eu

missing=""
case "$1" in
  python)
    "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
      echo "Temirbek needs Python 3.11 or newer as ${PYTHON:-python3}." >&2; exit 1; }
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || missing="python3-venv"
    ;;
  sound)
    ldconfig -p 2>/dev/null | grep -q libportaudio || missing="libportaudio2"  # brings libasound, for MIDI ports
    ;;
  speech)
    command -v espeak-ng >/dev/null 2>&1 || missing="espeak-ng"
    ;;
  browser)
    command -v chromium >/dev/null 2>&1 || missing="chromium"
    ;;
  peers)
    command -v jackd >/dev/null 2>&1 || missing="$missing jackd2"
    command -v oscsend >/dev/null 2>&1 || missing="$missing liblo-tools"
    command -v olad >/dev/null 2>&1 || missing="$missing ola"
    ldconfig -p 2>/dev/null | grep -q libltc || missing="$missing libltc11"
    command -v redis-server >/dev/null 2>&1 || command -v valkey-server >/dev/null 2>&1 || missing="$missing redis-server"
    command -v nats-server >/dev/null 2>&1 || missing="$missing nats-server"
    ;;
  *) echo "usage: system_libraries.sh python|sound|speech|browser|peers" >&2; exit 2 ;;
esac
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing $missing ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/tmp/temirbek-apt.log 2>&1 && exit 0
  echo "Could not install: $missing (see /tmp/temirbek-apt.log)" >&2
else
  echo "Missing system packages: $missing (as root: apt-get install $missing)" >&2
fi
[ "$1" != python ]  # all else can be done without, nothing can do without Python
