# shellcheck shell=bash
# What must be on the machine: system packages by apt, Python packages by uv from requirements.lock.

UV_WANTED='uv>=0.9,<1'

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "An administrator must run this first: $*"
  fi
}

# --- system packages -----------------------------------------------------------------------------
missing_for_running() {
  [[ $OWN_CLUSTER == no ]] || postgres_programs >/dev/null || printf 'postgresql postgis '
  grep -q 'libgdal\.so' <<<"$(ldconfig -p)" || printf 'gdal '
  grep -q 'libpangoft2-1.0\.so' <<<"$(ldconfig -p)" || printf 'pango '
  grep -q 'libharfbuzz-subset\.so' <<<"$(ldconfig -p)" || printf 'libharfbuzz-subset0 '
  has_cjk_font || printf 'fonts-noto-cjk '
  command -v msgfmt >/dev/null || printf 'gettext '
  find_python >/dev/null && find_uv >/dev/null || can_make_venv || printf 'venv '
  [[ ! -f $ROOT/web/package.json ]] || command -v node >/dev/null || printf 'nodejs '
  [[ ! -f $ROOT/web/package.json ]] || command -v npm >/dev/null || printf 'npm '
}

missing_for_browser_tests() {
  find_chromium >/dev/null || printf 'chromium '
  has_cjk_font || printf 'fonts-noto-cjk '
}

has_cjk_font() { [[ -n $(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null) ]]; }

# Some packages carry a version in their name; ask the distribution which one it has.
package_name() {
  case $1 in
    postgis) apt-cache depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9]*\)$/\1-postgis-3/p' ;;
    pango) printf 'libpangoft2-1.0-0\n' ;; # sets the text of PDF
    gdal) apt-cache --names-only search '^libgdal[0-9]+(t64)?$' | cut -d' ' -f1 | tail -n1 ;;
    venv) find_python >/dev/null && "$(find_python)" -c 'import sys; print("python3.%d-venv" % sys.version_info.minor)' ;;
    *) printf '%s\n' "$1" ;;
  esac
}

install_packages() {
  local wanted name packages=()
  (($#)) || return 0
  command -v apt-get >/dev/null || fail "These are missing and there is no apt-get to install them: $*"
  say "Missing on this machine: $*"
  as_root apt-get update -q >&2 || say "apt-get update failed; trying with what is known."
  for wanted in "$@"; do
    name=$(package_name "$wanted")
    packages+=("${name:-$wanted}")
  done
  say "Installing ${packages[*]}"
  without_stray_cluster as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${packages[@]}" >&2 ||
    fail "apt-get could not install: ${packages[*]}"
}

# Debian's PostgreSQL packages make and start a cluster of their own; nobody here needs it.
without_stray_cluster() {
  local folder=/etc/postgresql-common/createcluster.d status=0
  as_root mkdir -p "$folder"
  printf 'create_main_cluster = false\n' | as_root tee "$folder/wangge.conf" >/dev/null
  "$@" || status=$?
  as_root rm -f "$folder/wangge.conf"
  return "$status"
}

find_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

install_for_running() {
  local missing
  read -ra missing <<<"$(missing_for_running)"
  install_packages "${missing[@]}"
}

install_for_browser_tests() {
  local missing
  read -ra missing <<<"$(missing_for_browser_tests)"
  install_packages "${missing[@]}"
}

# --- Python --------------------------------------------------------------------------------------
find_python() {
  local name
  for name in python3.11 python3.12 python3.13 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

can_make_venv() { "$(find_python)" -c 'import ensurepip, venv' 2>/dev/null; }

find_uv() {
  if uv --version >/dev/null 2>&1; then
    command -v uv
  elif [[ -x $STATE/tools/bin/uv ]]; then
    printf '%s\n' "$STATE/tools/bin/uv"
  else
    return 1
  fi
}

# uv lives in an environment of its own, so the system's Python stays untouched.
ensure_uv() {
  find_uv >/dev/null && return
  say "Installing uv"
  "$1" -m venv "$STATE/tools" >&2
  "$STATE/tools/bin/pip" install --quiet --disable-pip-version-check "$UV_WANTED" >&2 ||
    fail "pip could not install uv. Is the package index reachable?"
}

# A mirror that pip was told to use also serves uv.
use_pip_mirror() {
  local mirror
  [[ -z ${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-} ]] || return 0
  mirror=${PIP_INDEX_URL:-$("$1" -m pip config get global.index-url 2>/dev/null || true)}
  [[ -z $mirror ]] || export UV_DEFAULT_INDEX=$mirror
}

install_python_packages() {
  local python uv lock stamp=$ROOT/.venv/.lock-hash
  lock=$(hash_of_files "$ROOT/requirements.lock")
  if "$PYTHON" --version >/dev/null 2>&1 && has_stamp "$stamp" "$lock"; then return; fi
  python=$(find_python) || fail "Python 3.11 or newer is needed and was not found."
  ensure_uv "$python"
  uv=$(find_uv)
  use_pip_mirror "$python"
  say "Installing Python packages from requirements.lock"
  "$PYTHON" --version >/dev/null 2>&1 ||
    "$uv" venv --quiet --clear --no-python-downloads --python "$python" "$ROOT/.venv" >&2
  "$uv" pip install --quiet --python "$PYTHON" --require-hashes -r "$ROOT/requirements.lock" >&2 ||
    fail "The Python packages could not be installed. Is the package index reachable?"
  printf '%s' "$lock" >"$stamp"
}
