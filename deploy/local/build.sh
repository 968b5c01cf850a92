# shellcheck shell=bash
# What is made from the sources: web assets, compiled translations. Made again only when the sources changed.

web_sources_hash() { hash_of_files "$ROOT/web" -path "$ROOT/web/node_modules" -prune -o -path "$ROOT/web/dist" -prune -o; }

install_web_packages() {
  local stamp=$ROOT/web/node_modules/.lock-hash lock
  lock=$(hash_of_files "$ROOT/web/package.json" "$ROOT/web/package-lock.json")
  if has_stamp "$stamp" "$lock"; then return; fi
  say "Installing web packages"
  npm_in_web ci >"$STATE/log/npm.log" 2>&1 || npm_in_web install --no-save >>"$STATE/log/npm.log" 2>&1 ||
    fail "npm could not install the web packages: $(grep 'npm error' "$STATE/log/npm.log" | tail -n 5)"
  printf '%s' "$lock" >"$stamp"
}

# npm 11 refuses a lock file that lacks the native parts for machines of another kind, which some mirrors do not
# carry; npm install takes the same locked versions.
npm_in_web() { (cd "$ROOT/web" && npm "$@" --no-audit --no-fund --no-update-notifier); }

build_web() {
  local stamp=$ROOT/web/node_modules/.build-hash sources
  if [[ ! -f $ROOT/web/package.json ]]; then
    say "There is no web/package.json yet; pages come without their scripts."
    return
  fi
  sources=$(web_sources_hash)
  if [[ -d $ROOT/web/dist ]] && has_stamp "$stamp" "$sources"; then return; fi
  install_web_packages
  say "Building web assets"
  (cd "$ROOT/web" && npm run build >&2) || fail "npm run build failed in web/."
  printf '%s' "$sources" >"$stamp"
}

# The same as manage.py compilemessages, without starting Django.
compile_translations() {
  local source
  while IFS= read -r -d '' source; do
    [[ $source -nt ${source%.po}.mo ]] || continue
    msgfmt --check-format -o "${source%.po}.mo" "$source" || fail "$source has errors."
  done < <(find "$ROOT/src" -name '*.po' -print0)
}

static_sources_hash() {
  local built=none
  [[ ! -f $ROOT/web/node_modules/.build-hash ]] || built=$(<"$ROOT/web/node_modules/.build-hash")
  hash_of_text "$built $(<"$ROOT/.venv/.lock-hash") $(hash_of_files "$ROOT/src" -path '*/static/*')"
}

# Two instances of one checkout share .venv and web/dist, so only one of them builds at a time.
install_and_build() {
  local lock
  exec {lock}<"$ROOT/dev"
  flock "$lock"
  install_for_running
  install_python_packages
  build_web
  compile_translations
  exec {lock}<&-
}
