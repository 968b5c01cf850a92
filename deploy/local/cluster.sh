# shellcheck shell=bash
# The private PostgreSQL cluster: who runs it, where it lies, how it is made. It is started by supervisor.py.

SOCKET_PATH_LIMIT=107 # bytes, including /.s.PGSQL.5432

# PostgreSQL refuses to run as root.
cluster_owner() { if ((EUID == 0)); then printf 'postgres'; else id -un; fi; }

as_cluster_owner() {
  if ((EUID == 0)); then
    (cd / && runuser -u postgres -- "$@")
  else
    (cd / && "$@")
  fi
}

# The newest PostgreSQL that has PostGIS, or the one that made the existing data.
postgres_programs() {
  local version folder=/usr/lib/postgresql
  if [[ -f $STATE/postgres/data/PG_VERSION ]]; then
    version=$(<"$STATE/postgres/data/PG_VERSION")
    [[ -x $folder/$version/bin/postgres ]] && printf '%s' "$folder/$version/bin"
    return
  fi
  for version in $(find "$folder" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -rn); do
    if [[ -x $folder/$version/bin/postgres && -f /usr/share/postgresql/$version/extension/postgis.control ]]; then
      printf '%s' "$folder/$version/bin"
      return
    fi
  done
  return 1
}

# --- where it lies -------------------------------------------------------------------------------
cluster_home() { readlink -m -- "$STATE/postgres"; }

# A cluster run by postgres can't lie below a directory that postgres may not enter.
place_cluster() {
  local home
  if ((EUID == 0)) && [[ ! -L $STATE/postgres ]] && ! as_cluster_owner test -x "$STATE"; then
    install -d -m 0711 /var/lib/wangge
    ln -s "/var/lib/wangge/$(hash_of_text "$STATE")" "$STATE/postgres"
    say "$STATE is closed to the user postgres, so the cluster lies in $(cluster_home)."
  fi
  home=$(cluster_home)
  [[ -d $home ]] || install -d -m 0700 -o "$(cluster_owner)" "$home"
}

socket_dir() {
  local natural
  natural=$(cluster_home)/socket
  if ((${#natural} + 14 <= SOCKET_PATH_LIMIT)); then
    printf '%s' "$natural"
  elif ((EUID == 0)); then
    printf '/run/wangge-%s' "$(hash_of_text "$STATE")"
  else
    printf '/tmp/wangge-%s-%s' "$EUID" "$(hash_of_text "$STATE")"
  fi
}

# Below /tmp another user may have been faster: take only a directory of our own.
make_socket_dir() {
  local folder
  folder=$(socket_dir)
  [[ -d $folder ]] || install -d -m 0700 -o "$(cluster_owner)" "$folder"
  [[ ! -L $folder && $(stat -c '%U %a' "$folder") == "$(cluster_owner) 700" ]] ||
    fail "$folder belongs to somebody else; remove it or choose a shorter WANGGE_STATE_DIR."
}

url_quote() { "$PYTHON" -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe="/"), end="")' "$1"; }

export_cluster_address() {
  local folder
  folder=$(socket_dir)
  set_by_dev WANGGE_DATABASE_URL "postgresql:///wangge?host=$(url_quote "$folder")&user=wangge"
  set_by_dev PGHOST "$folder"
  set_by_dev PGUSER wangge
  set_by_dev PGDATABASE wangge
}

# --- how it is made ------------------------------------------------------------------------------
make_cluster() {
  local home programs
  place_cluster
  home=$(cluster_home)
  programs=$(postgres_programs) ||
    fail "The data in $home needs PostgreSQL $(cat "$home/data/PG_VERSION" 2>/dev/null), which is not installed."
  if [[ ! -f $home/data/PG_VERSION ]]; then
    say "Creating the PostgreSQL cluster in $home"
    rm -rf "$home/data.new"
    as_cluster_owner "$programs/initdb" --pgdata="$home/data.new" --username=postgres --auth=peer \
      --locale=C.UTF-8 --encoding=UTF8 --data-checksums --no-instructions >"$STATE/log/initdb.log" 2>&1 ||
      fail "initdb failed: $(tail -n 3 "$STATE/log/initdb.log")"
    mv "$home/data.new" "$home/data"
  fi
  configure_cluster "$home/data"
  make_socket_dir
}

configure_cluster() {
  local data=$1 owner me
  owner=$(cluster_owner)
  me=$(id -un)
  write_as_owner "$data/wangge.conf" < <(
    cat "$LOCAL/postgresql.conf"
    printf 'shared_buffers = %sMB\n' "$(shared_buffers_mb)"
  )
  grep -q "^include_if_exists = 'wangge.conf'" "$data/postgresql.conf" ||
    printf "include_if_exists = 'wangge.conf'\n" >>"$data/postgresql.conf"
  write_as_owner "$data/pg_hba.conf" <<<'local all all peer map=wangge'
  write_as_owner "$data/pg_ident.conf" < <(
    printf 'wangge "%s" %s\n' "$me" wangge "$me" postgres "$owner" postgres | sort -u
  )
}

write_as_owner() { as_cluster_owner tee "$1" >/dev/null; }

# A quarter of the memory, at most 512 MB.
shared_buffers_mb() {
  awk '/^MemTotal/ { quarter = int($2 / 4096); print quarter < 512 ? quarter : 512 }' /proc/meminfo
}

superuser_psql() { "$(postgres_programs)/psql" -X -q -h "$(socket_dir)" -U postgres -d postgres "$@"; }

# Role, database and extensions; done once for each version of provision.sql.
provision_cluster() {
  local stamp wanted
  stamp=$(cluster_home)/provisioned
  wanted=$(hash_of_files "$LOCAL/provision.sql")
  if has_stamp "$stamp" "$wanted"; then return; fi
  superuser_psql -f "$LOCAL/provision.sql" >&2 || fail "The database could not be set up."
  write_as_owner "$stamp" <<<"$wanted"
}

remove_cluster() {
  local home folder
  home=$(cluster_home)
  folder=$(socket_dir)
  rm -rf -- "${home:?}" "$STATE/postgres"
  [[ $folder == "$home"/* ]] || rm -rf -- "${folder:?}"
}

# --- asking it -----------------------------------------------------------------------------------
# With a database of one's own, dbshell keeps a password out of the list of processes.
open_psql() {
  if [[ $OWN_CLUSTER == yes ]]; then
    "$(postgres_programs)/psql" "$@"
  else
    "$PYTHON" "$ROOT/manage.py" dbshell -- "$@"
  fi
}

query() { open_psql -X -q -At -v ON_ERROR_STOP=1 -c "$1"; }
