#!/bin/sh
# Shows a file to the person at the screen, or says where it lies where there is no screen.
set -eu
if [ "$(uname)" = Darwin ]; then
    open "$1" || true
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$1" >/dev/null 2>&1 &
fi
printf 'The report: %s\n' "$(pwd)/$1"
