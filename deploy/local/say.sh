# shellcheck shell=bash
# Words for people. They go to stderr, so that stdout stays free for results.

say() { printf '%s\n' "$*" >&2; }

step() { printf '\n== %s\n' "$*" >&2; }

fail() {
  printf 'Stopped: %s\n' "$*" >&2
  exit 1
}
