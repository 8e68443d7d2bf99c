#!/bin/sh
# How many requests a second `concord serve` answers: measure-and-organisation pages, uncompressed, keep-alive, 64 connections of wrk on this
# machine. Kept (the finished page is in memory) and anew (rendered for every request), and nginx with the same bytes from disk, all in one run, so
# that the ratios hold whatever else the machine does. Beside each rate stands the processor time that the server itself spent on a request:
# wrk runs on the same processors, and on a busy machine the rate says more of the neighbours.
# Usage: bench_serve.sh [CONCORD [SECONDS]]     CONCORD is the program, build/concord unless said; each run takes SECONDS (3).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
concord=${1:-$here/../build/concord}
seconds=${2:-3}
# One chart and its table; and one with a small chart for each of 23 treatment functions.
pages="series/ae-within-4-hours/D7T5G.html series/rtt-within-18-weeks/D7T5G.html"

for tool in wrk nginx curl; do
    command -v "$tool" >/dev/null || { echo "bench_serve: needs $tool (tools/setup bench installs it)" >&2; exit 77; }
done
[ -x "$concord" ] || { echo "bench_serve: there is no program $concord: make first" >&2; exit 2; }

work=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ ! -s "$work/nginx.pid" ] || kill "$(cat "$work/nginx.pid")" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

"$concord" -w "$work/ws" init >/dev/null
"$concord" -w "$work/ws" add "$here"/../data/sample/*.csv >"$work/add.txt"
"$concord" -w "$work/ws" edition >/dev/null

# serve_start OPTION...: sets $server and $address.
serve_start() {
    : >"$work/serve.txt"
    "$concord" -w "$work/ws" serve --listen 127.0.0.1:0 "$@" >"$work/serve.txt" &
    server=$!
    waited=0
    until grep -q '^Serving ' "$work/serve.txt"; do
        waited=$((waited + 1))
        [ $waited -lt 200 ] || { echo "bench_serve: the server did not start" >&2; exit 1; }
        sleep 0.1
    done
    address=$(sed -n 's/^Serving //p' "$work/serve.txt")
}

serve_stop() {
    kill "$server"
    wait "$server" || true
    server=
}

# ticks PID: processor time of a process and its children, in clock ticks.
ticks() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v pid="$1" '$1 == pid || $4 == pid { sum += $14 + $15 } END { print sum + 0 }'
}

# measure URL PID: prints "requests a second, microseconds of the server's processor time per request". Any answer but 2xx ends the run.
measure() {
    before=$(ticks "$2")
    wrk -t2 -c64 -d"${seconds}s" "$1" >"$work/wrk.txt"
    after=$(ticks "$2")
    if grep -q 'Non-2xx\|Socket errors' "$work/wrk.txt"; then
        cat "$work/wrk.txt" >&2
        exit 1
    fi
    LC_ALL=C awk -v ticks=$((after - before)) -v second="$(getconf CLK_TCK)" \
        '/requests in/ { n = $1 } /^Requests\/sec:/ { rate = $2 } END { printf "%.0f %.1f", rate, ticks / second * 1e6 / n }' "$work/wrk.txt"
}

serve_start
for page in $pages; do
    mkdir -p "$work/site/$(dirname "$page")"
    curl -sSf -o "$work/site/$page" "$address/$page"
    measure "$address/$page" "$server" >"$work/kept.$(basename "$(dirname "$page")")"
done
port=${address##*:} # free again as soon as the server has stopped
serve_stop
serve_start --no-cache
for page in $pages; do
    measure "$address/$page" "$server" >"$work/anew.$(basename "$(dirname "$page")")"
done
serve_stop
cat >"$work/nginx.conf" <<CONFIG
daemon on;
pid $work/nginx.pid;
error_log $work/error.txt;
worker_processes auto;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    types { text/html html; }
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    server { listen 127.0.0.1:$port; root $work/site; }
}
CONFIG
chmod 755 "$work" # the workers of nginx may run as another user
nginx -c "$work/nginx.conf" -p "$work" 2>"$work/error.txt" || { cat "$work/error.txt" >&2; exit 1; }
for page in $pages; do
    measure "http://127.0.0.1:$port/$page" "$(cat "$work/nginx.pid")" >"$work/peer.$(basename "$(dirname "$page")")"
done

echo "serve: 64 connections, $(nproc) cores, ${seconds} s each"
for page in $pages; do
    name=$(basename "$(dirname "$page")")
    LC_ALL=C awk -v kept="$(cat "$work/kept.$name")" -v anew="$(cat "$work/anew.$name")" -v peer="$(cat "$work/peer.$name")" \
        -v page="$page" -v size="$(wc -c <"$work/site/$page")" 'BEGIN {
        split(kept, k); split(anew, a); split(peer, p)
        printf "  %s, %d bytes\n", page, size
        printf "    kept pages                  %7d requests/s  %6.1f us of processor each\n", k[1], k[2]
        printf "    each page built anew        %7d requests/s  %6.1f us\n", a[1], a[2]
        printf "    nginx, same bytes from disk %7d requests/s  %6.1f us\n", p[1], p[2]
        printf "    kept / nginx %.2f, anew / nginx %.2f\n", k[1] / p[1], a[1] / p[1]
    }'
done
