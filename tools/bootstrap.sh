#!/bin/sh
# Makes .venv and fills it from a lock file: tools/bootstrap.sh [dev|run]
#
# Instant where nothing changed; what was cut off half-way is made anew. It needs Python 3.11 or
# newer with its venv module, and no compiler. PYTHON=/path/to/python3 picks the interpreter.
set -eu
cd "$(dirname "$0")/.."
here=$(pwd -P)

say() { printf '%s\n' "$*"; }
refuse() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Debian keeps venv apart from Python, so the packages are named together.
how_to_install() {
    if command -v apt-get >/dev/null 2>&1; then say "sudo apt-get install $*"
    elif command -v dnf >/dev/null 2>&1; then say "sudo dnf install python3.13"
    elif command -v brew >/dev/null 2>&1; then say "brew install python@3.13"
    else say "install python3.13 with your package manager"; fi
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# The scripts of an environment name its folder, so one that was moved or copied is broken.
is_usable() {
    [ -x .venv/bin/python ] && grep -qF "$here/.venv/" .venv/bin/pip 2>/dev/null || return
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of .venv/bin/python)" ]
}
stamp_of() { say ".venv/.stamp-$1-$(cat "$2" pyproject.toml | cksum | tr ' ' -)"; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"
    else set -- python3.13 python3.12 python3.11 python3; fi
    too_old='' without_venv=''
    for python in "$@"; do
        version=$(version_of "$python") || continue
        case $version in
            3.1[1-9]) "$python" -c 'import ensurepip, venv' 2>/dev/null && return
                      without_venv=$version ;;
            *) too_old=$version ;;
        esac
    done
    [ -z "$without_venv" ] || refuse "Python $without_venv is here without its venv module:" \
        "$(how_to_install "python$without_venv-venv")"
    [ -z "$too_old" ] || refuse "Python $too_old is too old, 3.11 to 3.13 is needed:" \
        "$(how_to_install python3.11 python3.11-venv), or name one with PYTHON=/path/to/python3.11"
    refuse "no Python found${PYTHON:+ at $PYTHON}, 3.11 to 3.13 is needed:" \
        "$(how_to_install python3 python3-venv)"
}

make_environment() {
    find_python
    say "Making .venv with Python $version."
    rm -rf .venv 2>/dev/null || true
    mkdir .venv 2>/dev/null || refuse "cannot write to $here: work in a copy in a folder of your own"
    : >.venv/.unfinished
    "$python" -m venv .venv >.venv/install.log 2>&1 ||
        refuse "Python $version cannot make an environment: $(tail -n 1 .venv/install.log)"
}

why_pip_failed() {
    if grep -qiE 'max retries|connection|name resolution|timed out|unreachable' .venv/install.log; then
        say "the package index cannot be reached: check the network, then run the same command again"
    elif grep -q 'No space left' .venv/install.log; then
        say "the disk is full: the environment needs about 1.5 GB"
    elif grep -q 'No matching distribution' .venv/install.log; then
        say "no ready-made $(sed -n 's/.*No matching distribution found for \([^ ]*\).*/\1/p' .venv/install.log)" \
            "for this Python and machine: try PYTHON=python3.13, or 3.12, or 3.11"
    else
        say "$(grep -E '^(ERROR|error)' .venv/install.log | tail -n 1) (all of it: .venv/install.log)"
    fi
}

# Runs pip with what is given and shows one moving line on a terminal, nothing elsewhere.
pip_install() {
    { .venv/bin/python -m pip install --no-input --disable-pip-version-check --no-deps "$@" 2>&1 &&
        say finished; } | {
        last='' count=0
        while IFS= read -r line; do
            say "$line" >>.venv/install.log
            last=$line
            case $line in
                "Collecting "*) count=$((count + 1)); name=${line#Collecting }
                    [ ! -t 1 ] || printf '\r\033[K  %s of %s: %s' "$count" "$total" "${name%% *}" ;;
                "Installing collected packages"*) [ ! -t 1 ] || printf '\r\033[K  unpacking' ;;
            esac
        done
        [ ! -t 1 ] || printf '\r\033[K'
        [ "$last" = finished ]
    } || refuse "$(why_pip_failed)"
}

purpose=${1:-dev}
case $purpose in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) refuse "usage: tools/bootstrap.sh [dev|run]" ;;
esac

stamp=$(stamp_of "$purpose" "$lock")
if is_usable && { [ -e "$stamp" ] || [ -e "$(stamp_of dev requirements-dev.lock)" ]; }; then
    exit 0
fi

if [ -e .venv/.unfinished ] || ! is_usable || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    make_environment
fi
: >.venv/.unfinished
rm -f .venv/.stamp-*
: >.venv/install.log

if [ ! -d "${HOME:-}" ] || [ ! -w "$HOME" ]; then
    say "The home folder is read-only: the packages are not kept for a next time."
    export PIP_NO_CACHE_DIR=1
fi
total=$(grep -c '^[a-z]' "$lock")
say "Installing $total packages from $lock; the first time this takes a few minutes."
pip_install --require-hashes --only-binary :all: -r "$lock"
pip_install --no-index --no-build-isolation -e .

rm .venv/.unfinished
: >"$stamp"
say "Ready: .venv/bin/twinverter --help"
