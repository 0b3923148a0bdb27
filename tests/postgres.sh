#!/usr/bin/env bash
# Runs a command with a PostgreSQL cluster of its own on loopback, which is gone afterwards.
# usage: tests/postgres.sh VARIABLE DURABILITY COMMAND…
#   VARIABLE     gets the URL of the server; where it is set already, that server is used
#   DURABILITY   on: commits are on disk when they are answered; off: for tests that lose nothing
set -euo pipefail
variable=$1 durability=$2
shift 2
[ -z "${!variable:-}" ] || exec "$@"

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
bin=${bin:-$(dirname "$(command -v initdb)")}
cluster=$(mktemp -d /tmp/zhiping-postgres.XXXXXX)
as_owner=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$cluster"
  as_owner=(runuser -u postgres --)
fi
stop() {
  (cd / && "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$cluster/data" --mode immediate stop) \
    >/dev/null || true
  rm -rf "$cluster"
}
trap stop EXIT
(cd / && "${as_owner[@]}" "$bin/initdb" --pgdata "$cluster/data" --auth trust \
  --username postgres --encoding UTF8 --locale C --no-sync) >/dev/null
for attempt in 1 2 3 4 5; do
  port=$((20000 + RANDOM % 20000))
  options="-p $port -k $cluster -c listen_addresses=127.0.0.1 -c max_connections=300"
  options="$options -c fsync=$durability"
  (cd / && "${as_owner[@]}" "$bin/pg_ctl" --pgdata "$cluster/data" --log "$cluster/log" --wait \
    --options "$options" start) >/dev/null && break
  [ "$attempt" -lt 5 ] || { cat "$cluster/log" >&2; exit 1; }
done
export "$variable=postgres://postgres@127.0.0.1:$port/postgres" PATH="$bin:$PATH"
"$@"
