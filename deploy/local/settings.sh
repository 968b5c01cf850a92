# shellcheck shell=bash
# Where this instance lives and what its processes are told. Needs ROOT.

# What an outer ./dev set for its children is not a wish of the user: a nested ./dev starts afresh.
forget_outer_settings() {
  local name
  for name in ${WANGGE_SET_BY_DEV:-}; do unset "$name"; done
  unset WANGGE_SET_BY_DEV
}

set_by_dev() {
  export "$1=$2"
  export WANGGE_SET_BY_DEV="${WANGGE_SET_BY_DEV:-} $1"
}

# .env gives defaults; the environment wins.
read_env_file() {
  local line name
  [[ -f $ROOT/.env ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ ^(WANGGE_[A-Z0-9_]+)=(.*)$ ]] || continue
    name=${BASH_REMATCH[1]}
    [[ -n ${!name:-} || -z ${BASH_REMATCH[2]} ]] || set_by_dev "$name" "${BASH_REMATCH[2]}"
  done <"$ROOT/.env"
}

read_settings() {
  forget_outer_settings
  read_env_file
  export WANGGE_STATE_DIR WANGGE_HOST=${WANGGE_HOST:-127.0.0.1} WANGGE_PORT=${WANGGE_PORT:-8000}
  WANGGE_STATE_DIR=$(realpath -m -- "${WANGGE_STATE_DIR:-$ROOT/var}")
  [[ $WANGGE_HOST != localhost ]] || WANGGE_HOST=127.0.0.1
  [[ $WANGGE_PORT =~ ^[0-9]+$ ]] || fail "WANGGE_PORT must be a number, not '$WANGGE_PORT'."
  STATE=$WANGGE_STATE_DIR
  PYTHON=$ROOT/.venv/bin/python
  OWN_CLUSTER=yes
  [[ -z ${WANGGE_DATABASE_URL:-}${WANGGE_DATABASE_URL_FILE:-} ]] || OWN_CLUSTER=no
}

make_state_dir() {
  mkdir -p "$STATE" || fail "The state directory $STATE cannot be made. Set WANGGE_STATE_DIR to one you may write."
  mkdir -p "$STATE/run" "$STATE/log"
  (umask 077 && mkdir -p "$STATE/media" "$STATE/secrets")
}

# Everything manage.py, tests and benchmarks need to run as this instance.
export_environment() {
  make_secrets
  set_by_dev WANGGE_SECRET_KEY_FILE "${WANGGE_SECRET_KEY_FILE:-$STATE/secrets/secret_key}"
  set_by_dev WANGGE_CONTACT_KEY_FILE "${WANGGE_CONTACT_KEY_FILE:-$STATE/secrets/contact_key}"
  set_by_dev DJANGO_SETTINGS_MODULE wangge.project.settings
  set_by_dev PYTHONPATH "$ROOT/src"
  [[ $OWN_CLUSTER == no ]] || export_cluster_address
}

host_to_reach() {
  case $WANGGE_HOST in
    0.0.0.0) printf '127.0.0.1' ;;
    ::) printf '::1' ;;
    *) printf '%s' "$WANGGE_HOST" ;;
  esac
}

address() {
  local host
  host=$(host_to_reach)
  [[ $host != *:* ]] || host="[$host]"
  printf 'http://%s:%s' "$host" "$WANGGE_PORT"
}

hash_of_text() { printf '%s' "$1" | sha256sum | cut -c1-12; }

# One hash over the names and contents of the files that find(1) names with these arguments.
hash_of_files() {
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -c1-40
}

has_stamp() { [[ -f $1 && $(<"$1") == "$2" ]]; }
