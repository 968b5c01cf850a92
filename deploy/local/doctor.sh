# shellcheck shell=bash
# ./dev doctor: what is wrong, in plain words, and how to mend it. Changes nothing.

good() { printf '  ok    %s\n' "$*"; }
note() { printf '  note  %s\n' "$*"; }
bad() {
  printf '  WRONG %s\n        → %s\n' "$1" "$2"
  WRONG=$((WRONG + 1))
}

doctor() {
  WRONG=0
  printf 'Instance %s, port %s\n' "$STATE" "$WANGGE_PORT"
  examine_python
  examine_packages
  examine_node
  examine_disk
  examine_processes
  examine_port
  examine_secrets
  if [[ ! -x $PYTHON || ! -d $STATE/secrets ]]; then
    note "not prepared yet; the database is looked at after the first ./dev up"
  else
    export_environment
    examine_database
  fi
  ((WRONG == 0)) && printf 'Nothing wrong.\n'
}

examine_python() {
  local python
  if python=$(find_python); then
    good "Python: $("$python" --version 2>&1)"
  else
    bad "Python 3.11 or newer is missing" "install python3.11 with your system's packages"
  fi
  if ! "$PYTHON" --version >/dev/null 2>&1; then
    bad "the Python packages are not installed (.venv)" "run ./dev up"
  elif ! has_stamp "$ROOT/.venv/.lock-hash" "$(hash_of_files "$ROOT/requirements.lock")"; then
    bad "the Python packages are older than requirements.lock" "run ./dev up, which installs them anew"
  else
    good "Python packages match requirements.lock"
  fi
  [[ ! $ROOT/pyproject.toml -nt $ROOT/requirements.lock ]] ||
    note "pyproject.toml is newer than requirements.lock; if dependencies changed, lock again (docs/howto/run.md)"
}

examine_packages() {
  local missing
  missing=$(missing_for_running)
  if [[ -n $missing ]]; then
    bad "system packages are missing: $missing" "run ./dev up as root or as a user who may sudo"
  else
    good "system packages are there"
  fi
  missing=$(missing_for_browser_tests)
  [[ -z $missing ]] || note "for browser tests these are missing: $missing(./dev test installs them)"
}

examine_node() {
  local version
  version=$(node --version 2>/dev/null) || return 0
  if [[ $version =~ ^v(1[89]|[2-9][0-9])\. ]]; then
    good "Node $version"
  else
    bad "Node $version is too old to build web/" "install Node 18 or newer"
  fi
}

examine_disk() {
  local free
  mkdir -p "$STATE" 2>/dev/null || true
  free=$(df --output=avail -m "$STATE" 2>/dev/null | tail -n1 | tr -d ' ')
  if [[ -z $free ]]; then
    bad "$STATE cannot be made" "set WANGGE_STATE_DIR to a directory you may write"
  elif ((free < 1000)); then
    bad "only $free MB are free below $STATE" "make room, or set WANGGE_STATE_DIR to a larger disk"
  else
    good "$free MB are free"
  fi
}

examine_processes() {
  local name
  if ! is_serving; then
    note "not running; ./dev up starts it"
    return
  fi
  for name in postgres web worker; do
    [[ $name != postgres || $OWN_CLUSTER == yes ]] || continue
    if process_is_gone "$(cat "$STATE/run/$name.pid" 2>/dev/null || printf 0)"; then
      bad "$name does not run" "it is started again and again; see the end of $STATE/log/$name.log"
    else
      good "$name runs"
    fi
  done
}

examine_port() {
  local here=''
  ! is_serving || here=$(sed 's/.*://' "$STATE/run/serving")
  if [[ $here == "$WANGGE_PORT" ]]; then
    if is_healthy; then
      good "$(address)/healthz answers 200"
    else
      bad "$(address)/healthz does not answer 200" "see the end of $STATE/log/web.log"
    fi
  elif port_is_taken; then
    bad "port $WANGGE_PORT is taken ($(who_listens))" "set WANGGE_PORT to a free one"
  else
    good "port $WANGGE_PORT is free"
  fi
}

examine_secrets() {
  local file
  for file in "$STATE"/secrets/*; do
    [[ -f $file ]] || continue
    [[ $(stat -c %a "$file") == 600 ]] || bad "$file may be read by others" "chmod 600 $file"
  done
}

examine_database() {
  local answer
  if [[ $OWN_CLUSTER == yes && ! -f $STATE/postgres/data/PG_VERSION ]]; then
    note "there is no cluster yet; ./dev up makes it"
    return
  elif [[ $OWN_CLUSTER == yes ]] && ! is_up; then
    note "PostgreSQL does not run, so the database was not looked at"
    return
  fi
  if ! answer=$(query 'select version()' 2>&1); then
    bad "the database does not answer: $answer" "see $STATE/log/postgres.log, or check WANGGE_DATABASE_URL"
    return
  fi
  good "the database answers: ${answer%% (*}"
  examine_extensions
  if "$PYTHON" "$ROOT/manage.py" migrate --check >/dev/null 2>&1; then
    good "no migration is pending"
    examine_queue
  else
    bad "migrations are pending" "run ./dev down and ./dev up"
  fi
}

examine_extensions() {
  local name
  for name in postgis pg_trgm btree_gist; do
    [[ $(query "select 1 from pg_extension where extname = '$name'") == 1 ]] ||
      bad "the extension $name is missing" "as the database's superuser: create extension $name"
  done
}

examine_queue() {
  local waiting oldest_s failed
  IFS='|' read -r waiting oldest_s failed < <(query "
    select count(*) filter (where job.status = 'todo' and coalesce(job.scheduled_at, now()) <= now()),
      coalesce(extract(epoch from now() - min(greatest(event.at, job.scheduled_at)) filter (where job.status = 'todo'
        and coalesce(job.scheduled_at, now()) <= now())), 0)::int,
      count(*) filter (where job.status = 'failed')
    from procrastinate_jobs job left join procrastinate_events event on event.job_id = job.id and event.type = 'deferred'")
  if ((oldest_s > 60)); then
    bad "$waiting jobs wait, the oldest for $oldest_s s" "see the end of $STATE/log/worker.log"
  else
    good "queue: $waiting jobs wait, the oldest for $oldest_s s"
  fi
  ((failed == 0)) || note "$failed jobs have failed; ./dev manage procrastinate shell lists them"
}
