# shellcheck shell=bash
# Starting, finding and stopping the processes of this instance. supervisor.py keeps them alive.

# The supervisor's pid, if it lives. A pid file may outlive its process, so the command line is compared.
supervisor_pid() {
  local pid
  pid=$(cat "$STATE/run/supervisor.pid" 2>/dev/null) || return 1
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$STATE" || return 1
  printf '%s' "$pid"
}

is_up() { supervisor_pid >/dev/null; }

# The supervisor may also run for the database alone, while tests or a command use it.
is_serving() { is_up && [[ -f $STATE/run/serving ]]; }

# wait_until SECONDS COMMAND…: stops early when the supervisor has died.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    [[ -z ${SUPERVISOR:-} ]] || kill -0 "$SUPERVISOR" 2>/dev/null || return 1
    sleep 0.05
  done
}

start_supervisor() {
  local options=(--root "$ROOT" --state "$STATE")
  if SUPERVISOR=$(supervisor_pid); then return; fi
  rm -f "$STATE/run/serving" "$STATE/run/supervisor.pid"
  shorten_logs
  if [[ $OWN_CLUSTER == yes ]]; then
    make_cluster
    options+=(--postgres-programs "$(postgres_programs)" --postgres-data "$(cluster_home)/data"
      --postgres-socket "$(socket_dir)")
    ((EUID != 0)) || options+=(--postgres-user postgres)
  fi
  setsid "$PYTHON" "$LOCAL/supervisor.py" "${options[@]}" </dev/null >>"$STATE/log/supervisor.log" 2>&1 &
  SUPERVISOR=$!
  wait_until 30 test -s "$STATE/run/supervisor.pid" ||
    fail "The supervisor did not start: $(tail -n 3 "$STATE/log/supervisor.log")"
}

shorten_logs() {
  local file
  for file in "$STATE"/log/*.log; do
    [[ ! -f $file || $(stat -c %s "$file") -lt 20000000 ]] || mv "$file" "$file.1"
  done
}

start_database() {
  start_supervisor
  [[ $OWN_CLUSTER == yes ]] || return 0
  wait_until 300 database_answers ||
    fail "PostgreSQL did not start; $STATE/log/postgres.log ends with: $(tail -n 3 "$STATE/log/postgres.log")"
  provision_cluster
}

database_answers() { "$(postgres_programs)/pg_isready" -q -h "$(socket_dir)" -t 1; }

start_serving() {
  local failures
  failures=$(web_failures)
  kill -USR1 "$(supervisor_pid)"
  wait_until 120 web_is_settled "$failures" || true
  is_healthy ||
    fail "The web server does not answer as it should; $STATE/log/web.log ends with: $(tail -n 15 "$STATE/log/web.log")"
  address >"$STATE/run/serving"
}

# It answers, or waiting longer will not help: any answer but 503 (no database yet) stays, and so does a web
# server that has ended twice.
web_is_settled() {
  local status
  status=$(http_status /healthz || true)
  [[ -n $status && $status != 503 ]] || (($(web_failures) >= $1 + 2))
}

web_failures() { grep -c ' web ended with status' "$STATE/log/supervisor.log" || true; }

stop_supervisor() {
  local pid
  pid=$(supervisor_pid) || return 0
  kill -TERM "$pid" 2>/dev/null || true
  SUPERVISOR='' wait_until 120 process_is_gone "$pid" || fail "Process $pid does not stop."
  rm -f "$STATE/run/serving"
}

# Gone, or a zombie that its parent (this shell) has not asked about yet.
process_is_gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:\sZ' "/proc/$1/status" 2>/dev/null; }

# --- the port ------------------------------------------------------------------------------------
http_status() {
  local connection status=''
  exec {connection}<>"/dev/tcp/$(host_to_reach)/$WANGGE_PORT" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' \
    "$1" "$(host_to_reach)" "$WANGGE_PORT" >&"$connection"
  read -r -t 10 _ status _ <&"$connection" || true
  exec {connection}>&-
  printf '%s' "$status"
} 2>/dev/null

is_healthy() { [[ $(http_status /healthz) == 200 ]]; }

port_is_taken() { (exec 3<>"/dev/tcp/$(host_to_reach)/$WANGGE_PORT") 2>/dev/null; }

# The web server could share the port with another one unnoticed, so ask first.
require_free_port() {
  ! port_is_taken || fail "Port $WANGGE_PORT is taken ($(who_listens)). Set WANGGE_PORT to a free one."
}

# The program that listens on our port, as far as this user may see.
who_listens() {
  local hex inode link
  hex=$(printf '%04X' "$WANGGE_PORT")
  inode=$(awk -v port=":$hex\$" '$2 ~ port && $4 == "0A" { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  for link in /proc/[0-9]*/fd/*; do
    [[ $(readlink "$link" 2>/dev/null) == "socket:[${inode:-none}]" ]] || continue
    link=${link#/proc/}
    printf 'process %s: %s' "${link%%/*}" "$(tr '\0' ' ' <"/proc/${link%%/*}/cmdline" | cut -c1-80)"
    return
  done
  printf 'by a process of another user'
}

# --- a database for the length of a command ---------------------------------------------------------
# Whoever uses it holds a shared lock; the last one to leave stops it, unless the instance serves.
with_database() {
  make_state_dir
  exec {LEASE}>"$STATE/run/lease"
  flock -s "$LEASE"
  trap leave_database EXIT
  exec {START}>"$STATE/run/start"
  flock "$START"
  export_environment
  start_database
  exec {START}>&-
}

leave_database() {
  is_serving || ! flock -n -x "$LEASE" || stop_supervisor
}
