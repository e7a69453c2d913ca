#!/usr/bin/env bash
# Deploys rt on this machine as processes of their own, speaks to it, loads it, takes it down under a running call, and
# tells the outcome by its exit code. For CI: before a release goes anywhere else.
#
#   deploy/ci/check-deployment.sh                             # rt, node and redis-server on PATH
#   RT='node bin/run.js' deploy/ci/check-deployment.sh        # from a checkout, after npm run build
#
# Each step is named before it begins. The last line says "passed", or which step failed, with the exit code of the
# command that failed (rt's own: docs/deploy.md). What each process wrote stays in $LOGS. Whatever happens, ^C included,
# nothing that was started here is left running.
#
# Settings come from the environment:
#   RT              how to call rt                                                       rt
#   REDIS_URL       a Redis to use; without it one is started for the time of the check
#   REDIS_SERVER    the program for that                                                 redis-server
#   PREFIX          beginning of every key, so that nothing else there is touched        rt-check-<pid>
#   WORKERS         how many; two or more, so that a drained one can hand over           2
#   WORKER_FLAGS    further flags of rt worker, for example --model nemotron-en-560
#   ROUTER_FLAGS    further flags of rt router
#   GATEWAY_FLAGS   further flags of rt gateway
#   GATEWAY_LISTEN  where the gateway listens                                            127.0.0.1:0
#   DRAIN_TIMEOUT   of workers and gateway; longer than CLIP                             30s
#   CLIP            what is spoken                                                       the demo clip
#   WORDS           the words of CLIP, or a file of them; with a CLIP of your own and
#                   no WORDS only losses are looked for
#   MAX_WER         word error rate that is still right                                  0
#   SESSIONS        sessions at once under load                                          2
#   LOAD_SECONDS    measured seconds of load                                             5
#   THRESHOLDS      of rt bench load, with spaces between them
#   LOAD_FLAGS      further flags of rt bench load         --warmup-s 1 --slo-ms 1000 --void-lateness-ms 100
#   READY_WITHIN_S  for each server to become ready                                      60
#   STOP_WITHIN_S   for each server to end after SIGTERM; longer than DRAIN_TIMEOUT      60
#   WAIT_TIMEOUT    for the cluster to be complete                                       60s
#   LOGS            folder for what everything wrote; emptied of the last check          ./check-deployment-logs
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
demo_words='good morning this is a test one two three four i can hear you we will see that is all for now'

read -r -a rt <<<"${RT:-rt}"
read -r -a worker_flags <<<"${WORKER_FLAGS:-}"
read -r -a router_flags <<<"${ROUTER_FLAGS:-}"
read -r -a gateway_flags <<<"${GATEWAY_FLAGS:-}"
read -r -a load_flags <<<"${LOAD_FLAGS:---warmup-s 1 --slo-ms 1000 --void-lateness-ms 100}"
read -r -a thresholds <<<"${THRESHOLDS:-errors==0 refused==0 timeouts==0 incomplete==0 resp_lag_p95<=1000}"
worker_count=${WORKERS:-2}
drain_timeout=${DRAIN_TIMEOUT:-30s}
if [ -n "${CLIP:-}" ]; then
  clip=$CLIP
  words=${WORDS:-}
else
  clip=$here/../../fixtures/audio/demo.wav
  words=${WORDS:-$demo_words}
fi
ready_within_s=${READY_WITHIN_S:-60}
stop_within_s=${STOP_WITHIN_S:-60}
logs=${LOGS:-./check-deployment-logs}

step=start
redis_pid=''
# The command or the call that runs at the moment.
command_pid=''
call_pid=''
# Servers that must be running now; an entry is emptied when its server was told to stop.
server_names=()
server_pids=()

begin() { # NAME WHAT
  step=$1
  step_began=$SECONDS
  printf '%-8s %s\n' "$step" "$2"
}

pass() { # [WHAT CAME OF IT]
  printf '%-8s ok, %s s%s\n' '' "$((SECONDS - step_began))" "${1:+: $1}"
}

fail() { # CODE WHY [LOG]
  if [ -n "${3:-}" ] && [ -s "$logs/$3" ]; then
    printf '%-8s the end of %s:\n' '' "$logs/$3"
    tail -n 20 "$logs/$3" | sed 's/^/         | /'
  fi
  printf 'FAILED in step "%s" with exit code %s: %s. Logs: %s\n' "$step" "$1" "$2" "$logs"
  exit "$1"
}

# Ends everything that still runs, by its pid: asks, then insists.
clean_up() {
  local code=$? pid waited
  trap - EXIT
  # The last line has been written; what the shell says of jobs that are killed is not to stand below it.
  exec 2>/dev/null
  local left=($command_pid $call_pid ${server_pids[@]+"${server_pids[@]}"} $redis_pid)
  for pid in ${left[@]+"${left[@]}"}; do kill -TERM "$pid" 2>/dev/null; done
  for waited in {1..30}; do
    for pid in ${left[@]+"${left[@]}"}; do
      kill -0 "$pid" 2>/dev/null && sleep 0.1 && continue 2
    done
    break
  done
  for pid in ${left[@]+"${left[@]}"}; do kill -KILL "$pid" 2>/dev/null; done
  wait
  exit "$code"
}

interrupt() { # SIGNAL CODE
  printf '\nINTERRUPTED by SIG%s in step "%s". Logs: %s\n' "$1" "$step" "$logs"
  exit "$2"
}

trap clean_up EXIT
trap 'interrupt INT 130' INT
trap 'interrupt TERM 143' TERM
trap 'interrupt HUP 129' HUP

is_running() { # PID
  kill -0 "$1" 2>/dev/null
}

# Fails the step when a server has ended that was not told to.
watch_servers() {
  local index code
  if [ -n "$redis_pid" ] && ! is_running "$redis_pid"; then fail 5 'redis-server ended by itself' redis.log; fi
  for index in ${server_pids[@]+"${!server_pids[@]}"}; do
    if [ -n "${server_pids[index]}" ] && ! is_running "${server_pids[index]}"; then
      wait "${server_pids[index]}"
      code=$?
      # Codes of signals would read as if this script had been killed.
      if [ "$code" -eq 0 ] || [ "$code" -gt 128 ]; then
        fail 1 "${server_names[index]} ended by itself, with $code" "${server_names[index]}.log"
      fi
      fail "$code" "${server_names[index]} ended by itself" "${server_names[index]}.log"
    fi
  done
}

# Runs a command to its end while the servers are watched; fails the step with its exit code.
run() { # NAME COMMAND…
  local name=$1 code what
  shift
  what=$1
  [ "$1" != "${rt[0]}" ] || what="rt ${*:${#rt[@]} + 1:2}"
  "$@" </dev/null >"$logs/$name.out" 2>"$logs/$name.err" &
  command_pid=$!
  while is_running "$command_pid"; do
    watch_servers
    sleep 0.1
  done
  wait "$command_pid"
  code=$?
  command_pid=''
  [ "$code" -eq 0 ] && return
  # With --json a command tells its fault where its result would have been.
  [ -s "$logs/$name.err" ] || fail "$code" "$what did not succeed" "$name.out"
  fail "$code" "$what did not succeed" "$name.err"
}

# Starts `rt ROLE`.
launch() { # NAME ROLE FLAGS…
  local name=$1
  shift
  "${rt[@]}" "$@" --ready-file "$logs/$name.json" </dev/null >"$logs/$name.log" 2>&1 &
  server_names+=("$name")
  server_pids+=("$!")
}

# Waits until a server has written its ready file: a worker is then registered.
await_ready() { # NAME
  local deadline=$((SECONDS + ready_within_s))
  until [ -s "$logs/$1.json" ]; do
    watch_servers
    [ "$SECONDS" -lt "$deadline" ] || fail 9 "$1 was not ready within $ready_within_s s" "$1.log"
    sleep 0.1
  done
}

# Sends SIGTERM and waits until the server has drained; fails the step unless it ends with 0.
drain() { # NAME
  local index pid code deadline=$((SECONDS + stop_within_s))
  for index in "${!server_names[@]}"; do [ "${server_names[index]}" = "$1" ] && break; done
  pid=${server_pids[index]}
  server_pids[index]=''
  command_pid=$pid
  kill -TERM "$pid"
  while is_running "$pid"; do
    watch_servers
    [ "$SECONDS" -lt "$deadline" ] || fail 9 "$1 still runs $stop_within_s s after SIGTERM" "$1.log"
    sleep 0.1
  done
  wait "$pid"
  code=$?
  command_pid=''
  [ "$code" -eq 0 ] || fail "$code" "$1 did not drain" "$1.log"
}

# A value out of a JSON file.
value() { # FILE .PATH
  node -p "JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'))$2" "$logs/$1"
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

mkdir -p "$logs" || exit 2
logs=$(cd "$logs" && pwd)
rm -rf "$logs"/*.json "$logs"/*.log "$logs"/*.out "$logs"/*.err "$logs"/load

if [ -n "${REDIS_URL:-}" ]; then
  begin redis 'the one of REDIS_URL'
  redis_url=$REDIS_URL
else
  begin redis 'a redis-server of its own'
  command -v "${REDIS_SERVER:-redis-server}" >/dev/null || fail 5 "there is no ${REDIS_SERVER:-redis-server}: install it, or set REDIS_URL"
  redis_port=$(free_port)
  redis_url=redis://127.0.0.1:$redis_port
  "${REDIS_SERVER:-redis-server}" --bind 127.0.0.1 --port "$redis_port" --save '' --appendonly no --dir "$logs" \
    </dev/null >"$logs/redis.log" 2>&1 &
  redis_pid=$!
fi
# In the environment and not among the arguments, where everybody on the machine could read a password.
export RT_REDIS=$redis_url RT_PREFIX=${PREFIX:-rt-check-$$}
run redis "${rt[@]}" workers list
pass

begin workers "$worker_count, each until it is registered"
for ((number = 1; number <= worker_count; number++)); do
  launch "worker-$number" worker --id "check-$number" --listen 127.0.0.1:0 --drain-timeout "$drain_timeout" \
    ${worker_flags[@]+"${worker_flags[@]}"}
done
for ((number = 1; number <= worker_count; number++)); do await_ready "worker-$number"; done
pass

begin router 'fleet HTTP and metrics'
launch router router --listen 127.0.0.1:0 ${router_flags[@]+"${router_flags[@]}"}
await_ready router
pass "$(value router.json .http)"

begin gateway 'the door for clients'
launch gateway gateway --listen "${GATEWAY_LISTEN:-127.0.0.1:0}" --drain-timeout "$drain_timeout" \
  ${gateway_flags[@]+"${gateway_flags[@]}"}
await_ready gateway
RT_GATEWAY=$(value gateway.json .url)
export RT_GATEWAY
pass "$RT_GATEWAY"

begin wait 'until the cluster is complete'
run wait "${rt[@]}" wait cluster --workers "$worker_count" --timeout "${WAIT_TIMEOUT:-60s}"
pass

begin probes '/healthz, /readyz and /metrics of every server'
urls=()
for name in "${server_names[@]}"; do
  http=$(value "$name.json" .http)
  urls+=("$http/healthz" "$http/readyz" "$http/metrics")
done
run probes node -e '
  const ask = async (url) => {
    const { status } = await fetch(url);
    if (status !== 200) throw new Error(`${url} answers ${status}`);
  };
  Promise.all(process.argv.slice(1).map(ask)).catch((error) => {
    console.error(error.message);
    process.exitCode = 11;
  });' "${urls[@]}"
pass "${#urls[@]} answers"

begin words "$(basename "$clip"), spoken once"
if [ -n "$words" ]; then
  run words "${rt[@]}" stream "$clip" --fail-on-loss --json --ref "$words"
  wer=$(value words.out .streams[0].summary.wer)
  node -e 'process.exit(Number(process.argv[1]) <= Number(process.argv[2]) ? 0 : 1)' "$wer" "${MAX_WER:-0}" ||
    fail 99 "the word error rate is $wer, above ${MAX_WER:-0}; heard: $(value words.out .streams[0].transcript)"
  pass "all there, word error rate $wer"
else
  run words "${rt[@]}" stream "$clip" --fail-on-loss --json
  pass 'all there'
fi

begin load "${SESSIONS:-2} at once for ${LOAD_SECONDS:-5} s: ${thresholds[*]}"
run load "${rt[@]}" bench load --audio "$clip" --sessions "${SESSIONS:-2}" --seconds "${LOAD_SECONDS:-5}" \
  --out "$logs/load" "${thresholds[@]/#/--threshold=}" ${load_flags[@]+"${load_flags[@]}"}
pass

begin drain 'the worker of a call, then the gateway, while the call goes on'
"${rt[@]}" stream "$clip" --fail-on-loss --format jsonl </dev/null >"$logs/call.out" 2>"$logs/call.err" &
call_pid=$!
until grep -q '"session.begin"' "$logs/call.out"; do
  watch_servers
  is_running "$call_pid" || fail 8 'the call ended before its session began' call.err
  sleep 0.1
done
# Of the gateway, not by a command: the call goes on meanwhile.
run sessions node -e 'fetch(process.argv[1]).then(async (answer) => console.log(await answer.text()))' \
  "$(value gateway.json .http)/v1/realtime/sessions"
caller=$(value sessions.out '.sessions[0]?.worker_id ?? ""')
[ -n "$caller" ] || fail 8 'the call was over before its worker could be stopped: take a longer CLIP'
drain "worker-${caller#check-}"
drain gateway
while is_running "$call_pid"; do sleep 0.1; done
wait "$call_pid" || fail $? 'the call was not completed' call.err
call_pid=''
pass 'the call lost nothing'

begin stop 'everything else, until nothing is registered'
for index in "${!server_names[@]}"; do
  [ -z "${server_pids[index]}" ] || drain "${server_names[index]}"
done
run left "${rt[@]}" workers list --json
[ "$(value left.out .workers.length)" = 0 ] || fail 11 'a worker that has ended is still registered' left.out
pass

printf 'passed: every step, in %s s. Logs: %s\n' "$SECONDS" "$logs"
