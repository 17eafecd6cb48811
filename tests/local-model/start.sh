#!/usr/bin/env bash
# Starts the server in the background, waits until it answers, and prints its process id and base URL in one line.
# Port and threads can be set: start.sh [PORT [THREADS]].
set -euo pipefail
cd "$(dirname "$0")/../.."

port="${1:-18081}"
threads="${2:-2}"
venv=target/local-model
log="$venv/server.log"

"$venv/bin/python" tests/local-model/serve.py "$port" "$threads" > "$log" 2>&1 &
pid=$!
for _ in $(seq 120); do
  # Who listens there already is not our server: ours would have ended.
  kill -0 "$pid" 2>/dev/null || break
  if python3 - "$port" 2>/dev/null <<'CHECK'
import sys, urllib.request
urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health", timeout=1)
CHECK
  then
    echo "$pid http://127.0.0.1:$port/v1"
    exit 0
  fi
  sleep 0.5
done
echo "error: the model's server does not answer; its log is $log" >&2
tail -n 5 "$log" >&2
kill "$pid" 2>/dev/null || true
exit 1
