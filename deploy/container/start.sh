#!/bin/sh
# What a container of the image does: prepare (migrate, load the demo), web or worker.
set -eu

# The same two secrets as deploy/local/secrets.sh, kept in the state volume.
make_secret() {
  [ ! -s "$WANGGE_STATE_DIR/secrets/$1" ] || return 0
  head -c 32 /dev/urandom | base64 | tr '+/' '-_' >"$WANGGE_STATE_DIR/secrets/$1.new"
  mv "$WANGGE_STATE_DIR/secrets/$1.new" "$WANGGE_STATE_DIR/secrets/$1"
}

make_secrets() {
  umask 077
  mkdir -p "$WANGGE_STATE_DIR/secrets" "$WANGGE_STATE_DIR/media"
  make_secret secret_key
  make_secret contact_key
}

export WANGGE_SECRET_KEY_FILE="${WANGGE_SECRET_KEY_FILE:-$WANGGE_STATE_DIR/secrets/secret_key}"
export WANGGE_CONTACT_KEY_FILE="${WANGGE_CONTACT_KEY_FILE:-$WANGGE_STATE_DIR/secrets/contact_key}"
python=/app/.venv/bin/python

case "$1" in
  prepare)
    make_secrets
    exec "$python" manage.py prepare --static
    ;;
  web)
    # No access log: addresses and query codes are personal.
    exec "$python" -m granian --interface wsgi --http 1 --no-ws --host "$WANGGE_HOST" --port "$WANGGE_PORT" \
      --workers "${WANGGE_WEB_WORKERS:-2}" --blocking-threads "${WANGGE_WEB_THREADS:-8}" \
      --backlog 1024 --backpressure 512 --respawn-failed-workers --respawn-interval 0.1 \
      --workers-kill-timeout 10 wangge.project.wsgi:application
    ;;
  worker) exec "$python" manage.py procrastinate worker --shutdown-graceful-timeout 10 ;;
  *) exec "$python" manage.py "$@" ;;
esac
