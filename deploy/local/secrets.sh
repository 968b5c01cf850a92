# shellcheck shell=bash
# Two secrets, made once for each instance and readable by its owner alone.

make_secret() {
  local file=$STATE/secrets/$1
  [[ ! -s $file ]] || return 0
  (
    umask 077
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' >"$file.new"
    mv "$file.new" "$file"
  )
}

# contact_key opens the stored contact data: whoever loses it loses them.
make_secrets() {
  make_secret secret_key
  make_secret contact_key
}
