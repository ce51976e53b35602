# shellcheck shell=bash
# The running server: start, wait, stop, ask.

# Chosen for a board with 4 GB: one thread collects, compiled code stays small, stacks are short. A virtual thread that waits in the
# kernel for a disk holds the thread that carries it, and of those there would be as many as cores: two slow disks would stop all requests.
readonly JVM_OPTIONS=(
  -XX:+UseSerialGC -Xmx128m -Xss256k -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError
  -Djdk.virtualThreadScheduler.parallelism=16 --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xlog:disable -Xlog:all=error:stderr
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager
)
# HOMECLOUD_VOLUMES_PATIENCE (internal): tests ask for a volume once, as soon as it is up, also on a machine that is slow.
readonly READY_PATIENCE=180 STOP_PATIENCE=240 VOLUMES_PATIENCE=${HOMECLOUD_VOLUMES_PATIENCE:-10} HTTPS_PATIENCE=20

# The server's process when it runs: the pid file names process, its start time and the boot, so a stale one never lies.
running() {
  local lines=()
  SERVER=''
  [[ -r $DATA/run/homecloud.pid ]] || return 1
  mapfile -t lines <"$DATA/run/homecloud.pid"
  ((${#lines[@]} == 4)) || return 1
  [[ ${lines[2]} == "$(</proc/sys/kernel/random/boot_id)" && ${lines[1]} == "$(started_at "${lines[0]}")" ]] || return 1
  if killed "${lines[0]}"; then
    end_within 30 "${lines[0]}" || failed "process ${lines[0]} was killed and does not end; a disk that does not answer may hold it (dmesg says so)"
    return 1
  fi
  SERVER=${lines[0]} APP=${lines[3]}
}

# The process' start in clock ticks after boot, field 22 of its stat; nothing when it is gone or a zombie. One that was killed is a
# zombie already while its last thread (field 20 counts them) still has its ports and files.
started_at() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} == Z && ${fields[17]} -le 1 ]] || printf '%s' "${fields[19]}"
}

# On its way out for good: PF_EXITING in the flags of its first thread, field 9.
killed() {
  local stat fields
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  read -ra fields <<<"${stat##*) }"
  ((fields[6] & 4))
}

# Starts the JVM detached from this shell: launch DATA PORT LISTEN [JVM OPTION]… Sets SERVER.
launch() {
  local data=$1 port=$2 listen=$3
  shift 3
  HOMECLOUD_NODE=${SETTING[node]:-$(node_name)} HOMECLOUD_CACHE=$CACHE HOMECLOUD_DATA=$data HOMECLOUD_IMAGES=$(loop_images) HOMECLOUD_PORT=$port HOMECLOUD_LISTEN=$listen MALLOC_ARENA_MAX=1 \
    setsid "$JDK/bin/java" "${JVM_OPTIONS[@]}" -XX:ErrorFile="$data/log/crash-%p.log" "$@" -jar "$APP/quarkus-run.jar" \
    </dev/null >"$data/log/start.log" 2>&1 8>&- 9>&- &
  SERVER=$!
}

url() {
  local host=${SETTING[listen]}
  case $host in
    0.0.0.0) host=127.0.0.1 ;;
    ::) host='[::1]' ;;
    *:*) host="[$host]" ;;
  esac
  printf 'http://%s:%s' "$host" "${SETTING[port]}"
}

check_port() {
  local host_and_port
  host_and_port=$(url | sed -E 's|^http://\[?||; s|\]?:([0-9]+)$|/\1|')
  ! (exec 3<>"/dev/tcp/$host_and_port") 2>/dev/null ||
    refused "port ${SETTING[port]} is taken by another program; choose one with --port"
}

start_server() {
  if started_by_systemd; then
    start_unit
    return
  fi
  local options=()
  environment_load
  [[ ! -s $APP/homecloud.aot ]] || options+=(-XX:AOTCache="$APP/homecloud.aot")
  step "starting"
  launch "$DATA" "${SETTING[port]}" "${SETTING[listen]}" "${options[@]}"
  printf '%s\n' "$SERVER" "$(started_at "$SERVER")" "$(</proc/sys/kernel/random/boot_id)" "$APP" >"$DATA/run/homecloud.pid.new"
  mv -- "$DATA/run/homecloud.pid.new" "$DATA/run/homecloud.pid"
  if ! wait_ready "$SERVER" "$(url)" "$DATA/log/start.log"; then
    tail -n 20 -- "$DATA/log/start.log" >&2
    kill "$SERVER" 2>/dev/null || :
    end_within 30 "$SERVER" || kill -KILL "$SERVER" 2>/dev/null || :
    failed "it did not become ready; more in $DATA/log"
  fi
}

# Waits until the server answers, and passes on what it says meanwhile. False when it ended or took too long.
wait_ready() {
  local process=$1 url=$2 log=$3 quiet=${4:-} shown=0 until=$((SECONDS + READY_PATIENCE)) lines=()
  while ((SECONDS < until)); do
    if [[ -z $quiet ]]; then
      mapfile -t lines < <(grep -as '^  ' -- "$log")
      for (( ; shown < ${#lines[@]}; shown++)); do say "${lines[shown]}"; done
    fi
    [[ $(curl -s -m 5 -o /dev/null -w '%{http_code}' "$url/q/health/ready") != 200 ]] || return 0
    [[ -n $(started_at "$process") ]] || return 1
    sleep 0.1
  done
  return 1
}

end_within() {
  local until=$((SECONDS + $1))
  while [[ -n $(started_at "$2") ]]; do
    ((SECONDS < until)) || return 1
    sleep 0.1
  done
}

already_running() {
  local port=$1 listen=$2
  [[ ${port:-${SETTING[port]}} == "${SETTING[port]}" && ${listen:-${SETTING[listen]}} == "${SETTING[listen]}" ]] ||
    refused "it is running at $(url); stop it first: ./homecloud down"
  step "it is running already"
  find_jdk
  [[ $APP == "$CACHE/builds/$(build_stamp)" ]] || step "the sources changed since; ./homecloud down and up to run the new ones"
}

stop_server() {
  local before
  if ! running; then
    end_daemons
    end_postgres
    [[ -n $(mounts_of_data)$(image_loop) ]] || not_running "homecloud is not running (data: $DATA)"
    step "homecloud is not running; tidying up after it"
  elif started_by_systemd && systemctl is-active -q "$UNIT"; then
    stop_unit
    return
  else
    step "stopping"
    before=$(mounts_of_data)
    kill -TERM "$SERVER"
    end_within "$STOP_PATIENCE" "$SERVER" || failed "it is still stopping after $STOP_PATIENCE s (process $SERVER); look at ./homecloud logs"
    say_unmounted < <(comm -23 <(sort <<<"$before") <(mounts_of_data | sort))
  fi
  rm -f -- "$DATA/run/homecloud.pid"
  detach_storage || failed "stopped, but not everything could be unmounted"
  [[ -z ${SETTING[pool]:-} ]] || note_generation
  step "stopped"
}

# Samba, Ganesha and httpd whose parent was killed go on alone, too, with the ports and the mounts that they have.
end_daemons() {
  local file
  for file in "$DATA"/run/sharing/*.run; do [[ ! -f $file ]] || end_daemon_of "$file"; done
}

# Its first line is the number of the process, when it started (/proc/PID/stat), and the boot.
end_daemon_of() {
  local process started boot
  IFS=. read -r process started boot <"$1" || return 0
  [[ $process =~ ^[0-9]+$ && $boot == "$(</proc/sys/kernel/random/boot_id)" && $(started_at "$process") == "$started" ]] || return 0
  kill -TERM "$process" || return 0
  # shellcheck disable=SC2046 # numbers
  end_within 15 "$process" || kill -KILL $(descendants "$process") "$process"
}

# A PostgreSQL whose parent was killed goes on alone; it is ended orderly ("fast": clients are disconnected).
end_postgres() {
  local file
  [[ -d $DATA/system ]] || return 0
  while read -r file; do end_postgres_of "$file"; done < <(find "$DATA/system" -maxdepth 3 -name postmaster.pid)
}

end_postgres_of() {
  local process
  process=$(head -n 1 -- "$1")
  # The number may be a stranger's by now, but no stranger works in this directory.
  [[ $process =~ ^[0-9]+$ && $(readlink -- "/proc/$process/cwd") == "${1%/*}" ]] || return 0
  kill -INT "$process"
  end_within 30 "$process" || kill -QUIT "$process"
}

installed_or_fail() { [[ -e $DATA/settings ]] || not_running "there is no homecloud in $DATA"; settings_load; }
running_or_fail() { installed_or_fail; running || not_running "homecloud is not running (data: $DATA)"; }

show_logs() {
  installed_or_fail
  [[ -e $DATA/log/homecloud.log ]] || not_running "no log yet in $DATA/log"
  tail -n 200 ${1:+-F} -- "$DATA/log/homecloud.log"
}

show_status() {
  local token pools
  running_or_fail
  say "address   $(url)"
  say "process   $SERVER, since $(ps -o lstart= -p "$SERVER")"
  say "memory    $(memory_of "$SERVER") MiB"
  say "data      $DATA"
  token=$(token_of)
  API_TOKEN=$token
  say "https     $(https_front "$HTTPS_PATIENCE")"
  other_servers
  if pools=$(curl -sf -m 10 -H @<(bearer "$token") "$(url)/api/storage/v1/pools"); then
    # What is wrong with each, and what to do; a sentence that two conditions say is said once.
    jq -r '.items[] | .metadata.name as $pool
      | [.status.conditions[]?
          | select(if .type == "Ready" then .status != "True"
              else .status == "True" and (.type | IN("Degraded", "DeviceErrors", "SpaceLow", "WentOnOutdated")) end)
          | .message | select(. != "")]
      | unique[] | "\($pool)  \(.)"' <<<"$pools"
    jq -r '["POOL","STATE","USED","AVAILABLE","CAPACITY"], (.items[] | [.metadata.name, .status.state, .status.used, .status.available, .status.capacity]) | map(. // "-" | tostring) | @tsv' \
      <<<"$pools" | numfmt --header --delimiter=$'\t' --field=3- --from=auto --to=iec-i --suffix=B --invalid=ignore | column -t -s $'\t'
  else
    # One that is just ending is there for a moment longer than its API.
    for _ in 1 2 3 4; do
      running_or_fail
      sleep 0.5
    done
    failed "its API does not answer"
  fi
}

# https_front [SECONDS]: where pages and API are over HTTPS, or why they are not. It starts beside the rest, so perhaps it is not
# there yet; it is waited for that long.
https_front() {
  local answer said until=$((SECONDS + ${1:-0}))
  while answer=$(curl -sf -m 10 -H @<(bearer "${API_TOKEN:-$(token_of)}") "$(url)/api/sharing/v1/servers"); do
    said=$(jq -r '[.items[] | select(.protocol == "webdav") | [.url, .message] | map(values) | join("   ")][0] // ""' <<<"$answer")
    [[ -z $said && $SECONDS -lt $until ]] || break
    sleep 0.5
  done
  say "${said:-is starting; ./homecloud status tells where}"
}

# Of SMB and NFS what is not as clients expect it: that they do not run, or are at another port.
other_servers() {
  local answer words
  answer=$(curl -sf -m 10 -H @<(bearer "${API_TOKEN:-$(token_of)}") "$(url)/api/sharing/v1/servers") || return 0
  while IFS= read -r words; do
    [[ -z $words ]] || say "$words"
  done < <(jq -r '.items[] | select(.protocol != "webdav" and .message) | "\(.protocol)       \(.message)"' <<<"$answer")
}

# Proportional memory (PSS) of a process and all its descendants in MiB.
memory_of() {
  local process total=0 pss
  for process in "$1" $(descendants "$1"); do
    pss=$(awk '/^Pss:/ {print $2}' "/proc/$process/smaps_rollup" 2>/dev/null) || continue
    total=$((total + ${pss:-0}))
  done
  printf '%s' $((total / 1024))
}

descendants() { ps -eo pid=,ppid= | awk -v root="$1" '{ parent[$1] = $2 } END { for (p in parent) { q = p; while (q in parent && q != root && q > 1) q = parent[q]; if (q == root && p != root) print p } }'; }

mint_token() {
  installed_or_fail
  find_jdk # the stamp of a build names it
  running || APP=$CACHE/builds/$(build_stamp)
  token_of
}

# One Java class without libraries: quick.
token_of() {
  [[ -e $DATA/secrets/sign-in.json ]] || not_running "no key yet in $DATA/secrets; ./homecloud up makes one"
  [[ -n ${JDK:-} ]] || find_jdk
  "$JDK/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -cp "$(echo "$APP"/lib/main/io.homecloud.application-*.jar)" \
    io.homecloud.application.TokenCommand "$DATA/secrets/sign-in.json"
}

# A header for curl's -H @<(…): what programs are called with, everybody on the machine sees.
bearer() { printf 'Authorization: Bearer %s\n' "$1"; }

# api METHOD PATH [JSON]: sets API_STATUS and API_BODY. Waits while PostgreSQL or storage are still getting ready (503).
api() {
  local answer until=$((SECONDS + 60))
  API_TOKEN=${API_TOKEN:-$(token_of)}
  while :; do
    answer=$(curl -s -m 300 -w '\n%{http_code}' -X "$1" -H @<(bearer "$API_TOKEN") ${3:+--json "$3"} "$(url)$2") || :
    API_STATUS=${answer##*$'\n'} API_BODY=${answer%$'\n'*}
    [[ $API_STATUS == 503 && $SECONDS -lt $until ]] || return 0
    sleep 0.5
  done
}

# The pool and the volume that a new installation starts with; once only, so what is deleted later stays deleted.
create_home() {
  [[ -z ${SETTING[home]:-} ]] || return 0
  step "making the pool home and the volume files"
  create_pool
  api POST '/api/storage/v1/volumes?wait=60s' "{\"metadata\":{\"name\":\"files\"},\"spec\":{\"pool\":\"$HOME_POOL\"}}"
  [[ $API_STATUS == 20[012] || $API_STATUS == 409 ]] || failed "the volume files was not made: $API_STATUS $(problem)"
  SETTING[home]=yes
  settings_save
}

# A blank image is made into a pool by storage; disks, and a copy of an image, that carry a btrfs of ours are adopted by it. Sets
# HOME_POOL, its name: of several machines one has "home".
create_pool() {
  local disks node
  node=${SETTING[node]:-$(node_name)}
  ((${#POOL_DISKS[@]})) || find_pool_disks
  disks=$(jq -cn '$ARGS.positional' --args "${POOL_DISKS[@]}")
  for HOME_POOL in home "home-${node:0:58}"; do
    api GET "/api/storage/v1/pools/$HOME_POOL"
    [[ $API_STATUS == 200 ]] || break
    [[ $(jq -r '.spec.node' <<<"$API_BODY") != "$node" ]] || return 0
  done
  [[ $HOME_POOL == home ]] || step "another machine has the pool home; the one here is called $HOME_POOL"
  if [[ -n ${SETTING[pool]:-} ]] || has_pool "${POOL_DISKS[0]:-}"; then
    api POST "/api/storage/v1/pools/adopt?wait=60s&node=$node" "{\"disks\":$disks,\"as\":\"$HOME_POOL\"}"
  else
    api POST '/api/storage/v1/pools?wait=60s' "{\"metadata\":{\"name\":\"$HOME_POOL\"},\"spec\":{\"node\":\"$node\",\"disks\":$disks}}"
  fi
  [[ $API_STATUS == 20[012] ]] || failed "the pool $HOME_POOL was not made: $API_STATUS $(problem)"
}

# Ready is who answers; pools and volumes are mounted a moment later, and adopted before that when the database was lost.
# Those whose disks are not there are not waited for long, and those of other machines not at all.
wait_volumes() {
  local until=$((SECONDS + VOLUMES_PATIENCE)) missing pools
  while :; do
    # find fails when a directory goes while it looks: storage looks at pools that it may adopt in directories of a moment.
    missing=$({ find "$DATA/pools" -mindepth 1 -maxdepth 1 -type d ! -name '.*' 2>/dev/null || :; } | not_mounted)
    if [[ -z $missing ]]; then
      missing=volumes
      api GET '/api/storage/v1/pools?limit=1000'
      pools=$(jq -c --arg node "${SETTING[node]:-$(node_name)}" '[.items[]? | select(.spec.node == $node).metadata.name]' <<<"$API_BODY") || pools='[]'
      [[ $API_STATUS != 200 ]] || api GET '/api/storage/v1/volumes?limit=1000'
      [[ $API_STATUS != 200 ]] ||
        missing=$(jq -r --arg place "$DATA/volumes/" --argjson pools "$pools" \
          '.items[] | select(.spec.pool | IN($pools[])) | $place + .metadata.name' <<<"$API_BODY" | not_mounted)
    fi
    [[ -n $missing ]] || return 0
    ((SECONDS < until)) || break
    sleep 0.05
  done
  warn "not in place yet: $(sed 's|.*/||' <<<"$missing" | paste -sd ' '); ./homecloud status tells of the pools"
}

# Those of the paths that are no mount points.
not_mounted() { comm -23 <(sort) <(mounts_of_data | sort); }

problem() { jq -r '[.title, .detail] | map(strings) | join(": ")' <<<"$API_BODY" 2>/dev/null || :; }

say_plan() {
  local size=$1 where=''
  shift
  if (($#)); then where="on $*"; elif [[ -n ${SETTING[pool]:-} ]]; then where="on the disks of btrfs ${SETTING[pool]}"; elif [[ -n ${SETTING[image]:-} ]]; then where="in $DATA/home.img"; else where="in $DATA/home.img (${size:-20G}, grows as it fills)"; fi
  say "homecloud will run at $(url), with its data in $DATA"
  say "and the pool home $where. Debian packages that are missing are named and installed first."
}

say_next() {
  local option=''
  [[ $DATA == /var/lib/homecloud ]] || option=" --data $DATA"
  cat <<TEXT

homecloud runs at $(url)
  https        $(https_front)   (docs/how-to/trust-the-certificate.md)
  data         $DATA$([[ -z ${SETTING[pool]:-} ]] || echo ", databases and pool on ${POOL_DISKS[*]:-its disks}")
Next:
  TOKEN=\$(sudo $ROOT/homecloud token$option)
  curl --oauth2-bearer "\$TOKEN" $(url)/api/storage/v1/volumes
  curl --oauth2-bearer "\$TOKEN" -T README.md $(url)/api/storage/v1/volumes/files/files/README.md
  sudo $ROOT/homecloud status$option
  sudo $ROOT/homecloud recovery-kit$option     (do this now, and after new accounts and passwords: it keeps your keys)
TEXT
}
