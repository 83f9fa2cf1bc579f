#!/bin/sh
# Signs one request of a terminal with OpenSSL, and sends it with curl.
#
#   QUANCUN_KEY_ID=terminal-1 QUANCUN_SECRET_FILE=secret.hex \
#     quancun-request.sh METHOD URL [BODY] [IDEMPOTENCY-KEY]
#
# The file holds the secret, 32 bytes in hex. OpenSSL is given it in an argument, which others on
# this machine can read while it runs: for trying things out, and for machines with one user.
# Prints the answer, and its status on standard error.
set -eu
method=$1 url=$2 body=${3:-} key=${4:-}
secret=$(tr -d ' \r\n' < "$QUANCUN_SECRET_FILE")

# The path with its query: what stands behind scheme and host.
path=/$(printf %s "$url" | cut -d/ -f4-)
# Milliseconds; a second is exact enough, two minutes are allowed.
timestamp=$(date +%s)000
nonce=$(openssl rand -hex 16)
digest=$(printf %s "$body" | openssl dgst -sha256 -r | cut -d' ' -f1)

# Eight lines, joined by line feeds: the last two are the Idempotency-Key and the session.
signature=2:$(
  printf 'QUANCUN2\n%s\n%s\n%s\n%s\n%s\n%s\n' \
    "$method" "$path" "$timestamp" "$nonce" "$digest" "$key" |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$secret" -r | cut -d' ' -f1
)

set -- --silent --show-error --max-time 15 --request "$method" \
  --header 'content-type: application/json' \
  --header "quancun-key-id: $QUANCUN_KEY_ID" \
  --header "quancun-timestamp: $timestamp" \
  --header "quancun-nonce: $nonce" \
  --header "quancun-signature: $signature"
[ -z "$key" ] || set -- "$@" --header "idempotency-key: $key"
[ -z "$body" ] || set -- "$@" --data-binary "$body"
# The status stands behind the answer, on a line of its own.
answer=$(curl "$@" --write-out '\n%{http_code}' "$url")
printf '%s\n' "$answer" | tail -n 1 >&2
printf '%s\n' "$answer" | sed '$d'
