# shellcheck shell=bash
# ./dev test, e2e, check, fix, bench.

# run_stage NAME COMMAND…: notes the outcome and goes on.
run_stage() {
  local name=$1
  shift
  step "$name"
  if "$@"; then PASSED+=("$name"); else FAILED+=("$name"); fi
}

report_stages() {
  step "Summary"
  local name
  for name in "${PASSED[@]}"; do say "  passed  $name"; done
  for name in "${FAILED[@]}"; do say "  FAILED  $name"; done
  ((${#FAILED[@]} == 0))
}

begin_stages() { PASSED=() FAILED=(); }

ready_for_work() {
  make_state_dir
  install_and_build
  export_environment
}

ready_for_tests() {
  step "What the tests need"
  ready_for_work
  install_for_browser_tests
  with_database
}

test_all() {
  ready_for_tests
  begin_stages
  if (($# == 0)); then
    # two cores: tests/conftest.py says what stays together, and what must have the database to itself
    run_stage "Tests in tests/" run_pytest -n 2 -m "not stream"
    run_stage "Tests that read the stream of events" run_pytest -m stream
  else
    run_stage "Tests in tests/" run_pytest "$@"
  fi
  if (($# == 0)) && has_web_tests; then run_stage "Tests in web/" run_web_tests; fi
  report_stages
}

test_e2e() {
  ready_for_tests
  run_pytest tests/e2e "$@"
}

# The same hash seed for every process: tests drawn from sets are then collected in the same order by all of them.
run_pytest() { (cd "$ROOT" && PYTHONHASHSEED=0 "$PYTHON" -m pytest "$@"); }

has_web_tests() {
  [[ -f $ROOT/web/package.json ]] &&
    "$PYTHON" -c 'import json, sys; sys.exit("test" not in json.load(open(sys.argv[1])).get("scripts", {}))' \
      "$ROOT/web/package.json"
}

run_web_tests() { (cd "$ROOT/web" && npm test); }

check() {
  step "What the checks need"
  ready_for_work
  begin_stages
  cd "$ROOT"
  run_stage "Lint (ruff check)" "$PYTHON" -m ruff check
  run_stage "Format (ruff format)" "$PYTHON" -m ruff format --check
  run_stage "Types (mypy)" "$PYTHON" -m mypy
  run_stage "Import contracts" .venv/bin/lint-imports
  run_stage "Migrations match the models" "$PYTHON" -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
  run_stage "OpenAPI description is current" "$PYTHON" manage.py openapi --check
  run_stage "Settings page is current" "$PYTHON" manage.py settings_reference --check
  run_stage "Workflow page is current" "$PYTHON" manage.py workflow_reference --check
  run_stage "Admission page is current" "$PYTHON" manage.py admission_reference --check
  run_stage "Roles page is current" "$PYTHON" manage.py roles_reference --check
  run_stage "Translations are complete" "$PYTHON" manage.py translations --check
  if command -v shellcheck >/dev/null; then run_stage "Shell scripts (shellcheck)" check_shell; fi
  report_stages
}

check_shell() { shellcheck --external-sources --check-sourced dev .ci/run deploy/container/*.sh; }

fix() {
  ready_for_work
  cd "$ROOT"
  "$PYTHON" -m ruff check --fix || true
  "$PYTHON" -m ruff format
}

bench() {
  local name=${1:-}
  if [[ ! -f $ROOT/bench/$name.py || $name == _* ]]; then
    [[ -z $name ]] || say "There is no benchmark named '$name'."
    say "Benchmarks:"
    find "$ROOT/bench" -maxdepth 1 -name '[!_]*.py' -printf '  %f\n' | sed 's/\.py$//' | sort >&2
    [[ -z $name ]]
    return
  fi
  shift
  ready_for_work >&2
  with_database
  (cd "$ROOT" && "$PYTHON" -m "bench.$name" "$@")
}
