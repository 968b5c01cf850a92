# shellcheck shell=bash
# ./dev up, down, reset, demo.

RESULT=1 # where results go; everything else goes to stderr

read_up_options() {
  DETACH=no AS_JSON=no
  while (($#)); do
    case $1 in
      --detach) DETACH=yes ;;
      --json) AS_JSON=yes ;;
      *) fail "./dev up knows --detach and --json, not '$1'." ;;
    esac
    shift
  done
}

up() {
  read_up_options "$@"
  exec {RESULT}>&1 >&2
  make_state_dir
  exec {START}>"$STATE/run/start"
  flock "$START"
  if is_serving; then
    say "Already running. To take over changed code: ./dev down, then ./dev up."
    export_environment
    print_result "$(<"$STATE/run/serving")" "$("$PYTHON" "$ROOT/manage.py" demo_accounts --json)"
    return
  fi
  trap stop_what_did_not_get_ready EXIT
  bring_up
  trap - EXIT
  exec {START}>&-
  [[ $DETACH == yes ]] || stay_until_interrupted
}

bring_up() {
  local accounts
  end_half_started
  [[ -f $STATE/run/web.pid ]] || require_free_port
  install_and_build
  export_environment
  start_database
  accounts=$(prepare)
  require_free_port
  start_serving
  print_result "$(address)" "$accounts"
}

# What a ./dev up that was killed on the way has left.
end_half_started() {
  [[ ! -f $STATE/run/web.pid ]] || stop_supervisor
}

# Migrations, static files, demo; prints the demo sign-ins as JSON. Nothing has changed: nothing to do.
prepare() {
  local options=() static code
  static=$(static_sources_hash)
  code=$(state_of_preparation)
  if [[ -n $code ]] && has_stamp "$STATE/run/prepared-hash" "$code"; then
    cat "$STATE/run/accounts"
    return
  fi
  [[ -d $STATE/static ]] && has_stamp "$STATE/run/static-hash" "$static" || options=(--static)
  (umask 077 && "$PYTHON" "$ROOT/manage.py" prepare "${options[@]}" >"$STATE/run/accounts") ||
    fail "The database could not be prepared."
  printf '%s' "$static" >"$STATE/run/static-hash"
  state_of_preparation >"$STATE/run/prepared-hash"
  cat "$STATE/run/accounts"
}

# Code, data and database that ./dev up has prepared; unknown (nothing) for a database of one's own or a fresh one.
state_of_preparation() {
  local database
  [[ $OWN_CLUSTER == yes ]] || return 0
  database=$(query "select system_identifier, oid, (select count(*) from django_migrations)
    from pg_control_system(), pg_database where datname = current_database()" 2>/dev/null) || return 0
  hash_of_text "$database ${WANGGE_DEMO:-} $(static_sources_hash) $(<"$WANGGE_SECRET_KEY_FILE") \
    $(hash_of_files "$ROOT/src" "$ROOT/data" -name __pycache__ -prune -o)"
}

stop_what_did_not_get_ready() {
  local status=$?
  is_serving || stop_supervisor
  exit "$status"
}

stay_until_interrupted() {
  local interrupted=no
  trap 'interrupted=yes' INT TERM HUP
  say "Ctrl-C stops everything."
  while [[ $interrupted == no ]] && is_up; do wait "$SUPERVISOR" || true; done
  if [[ $interrupted == yes ]]; then
    trap '' INT TERM HUP
    say "Stopping."
    stop_supervisor
  fi
  say "Stopped."
}

print_result() {
  if [[ $AS_JSON == yes ]]; then
    printf '{"url": "%s", "accounts": %s}\n' "$1" "$2" >&"$RESULT"
  else
    {
      printf '\nWangge runs at %s\n\n' "$1"
      print_accounts <<<"$2"
      printf '\n'
    } >&"$RESULT"
  fi
}

print_accounts() {
  "$PYTHON" -c '
import json, sys
for account in json.load(sys.stdin):
    print("  {role:<24} {username:<24} {password}".format(**account))'
}

down() {
  if ! is_up; then
    say "Nothing runs here ($STATE)."
    return
  fi
  stop_supervisor
  say "Stopped."
}

reset() {
  local answer=''
  [[ $OWN_CLUSTER == yes ]] ||
    fail "This instance uses the database of WANGGE_DATABASE_URL, which ./dev does not remove. Drop it yourself."
  if [[ ${1:-} != --yes ]]; then
    say "This removes the database and all photos and recordings of $STATE."
    read -r -p "Type yes to go on: " answer || true
    [[ $answer == yes ]] || fail "Nothing was removed."
  fi
  down
  remove_cluster
  rm -rf -- "${STATE:?}/media" "$STATE/static" "$STATE/run" "$STATE/log"
  say "Removed. The secrets in $STATE/secrets stay."
}

# Loads the demo where it isn't there yet, then its history: made-up matters, done through the real operations.
demo() {
  ! is_serving || fail "Wangge runs here, and its queue would act on the past. Stop it first: ./dev down"
  ready_for_work
  with_database
  "$PYTHON" -W ignore::RuntimeWarning "$ROOT/manage.py" migrate --verbosity 0
  "$PYTHON" "$ROOT/manage.py" load_demo
  "$PYTHON" "$ROOT/manage.py" demo_history "$@"
}
