#!/usr/bin/env bash
# Figures of homecloud on a cluster, for docs/reference/benchmarks.md: ./homecloud bench cluster [PART…]. A table for each part:
# install, apply, rest, start. --short asks for fewer volumes and rests for one minute.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

VOLUMES=1000 AT_ONCE=500 SETTLE=300 REST=300 STARTS=5
[[ ${HOMECLOUD_SHORT:-} != yes ]] || VOLUMES=50 AT_ONCE=50 SETTLE=30 REST=60 STARTS=2
asked() { [[ -z ${HOMECLOUD_PARTS:-} || " $HOMECLOUD_PARTS " == *" $1 "* ]]; }

row() { printf '| %s ' "$@"; printf '|\n'; }
# table CAPTION COLUMN…
table() { printf '\n%s\n\n' "$1"; row "${@:2}"; row "${@/*/---}" | sed 's/^| --- //'; }

# now: seconds, with fractions.
now() { echo "$EPOCHREALTIME"; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
# Of the numbers of standard input: the one that this part of them does not exceed.
part_of() { sort -n | awk -v p="$1" '{ v[NR] = $1 } END { i = int(NR * p + 0.999999); print v[i < 1 ? 1 : i] }'; }

# --- until everything is there ---------------------------------------------------------------------------------------------

install_timed() {
  local began
  began=$(now)
  install_homecloud "$1"
  since "$began"
}

# --- volumes ---------------------------------------------------------------------------------------------------------------

volume() { printf '{"apiVersion": "homecloud.io/v1alpha1", "kind": "Volume", "metadata": {"name": "%s"}, "spec": {"pool": "home", "quota": "1Gi"}}\n' "$1"; }

# Writes when each volume was first seen Ready, until its children are ended.
watch_ready() {
  kubectl --namespace "$NAMESPACE" get volumes.homecloud.io --watch --output jsonpath='{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\n"}' |
    while read -r name ready; do [[ $ready != True ]] || echo "$name $EPOCHREALTIME"; done >>"$WORK/ready"
}
ready_at() { sed -n "/^$1 /{s/.* //p;q}" "$WORK/ready"; }
milliseconds() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%d\n", (b - a) * 1000 }'; }

apply_figures() {
  local i began at watcher
  : >"$WORK/ready"
  watch_ready &
  watcher=$!
  for ((i = 1; i <= VOLUMES; i++)); do
    began=$(now)
    volume "one-$i" | k apply --filename - >/dev/null
    # The watch has noted when; whoever asks often takes the processor from what is measured.
    until at=$(ready_at "one-$i") && [[ -n $at ]]; do sleep 0.1; done
    milliseconds "$began" "$at" >>"$WORK/times"
    # What kubectl and the API server take of it.
    if ((i % 10 == 0)); then
      began=$(now)
      printf '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bare-%d"}}' "$i" | k apply --filename - >/dev/null
      milliseconds "$began" "$(now)" >>"$WORK/bare"
    fi
  done
  for ((i = 1; i <= AT_ONCE; i++)); do volume "many-$i"; done >"$WORK/many"
  began=$(now)
  k apply --filename "$WORK/many" >/dev/null &
  until (($(grep -c '^many-' "$WORK/ready") >= AT_ONCE)) && (($(awk '/^many-/ { print $1 }' "$WORK/ready" | sort -u | wc -l) >= AT_ONCE)); do sleep 0.1; done
  at=$(since "$began")
  pkill -P "$watcher" 2>/dev/null || :
  wait "$watcher" 2>/dev/null || :
  table "Volumes by kubectl, from its start until \`Ready\` is seen by a watch." part figure
  row "one after the other, $VOLUMES: p50" "$(part_of 0.5 <"$WORK/times") ms"
  row "… p99" "$(part_of 0.99 <"$WORK/times") ms"
  row "a ConfigMap, until \`kubectl apply\` ends: p50" "$(part_of 0.5 <"$WORK/bare") ms"
  row "$AT_ONCE volumes in one file, until the last is ready" "$at s"
}

# --- rest ------------------------------------------------------------------------------------------------------------------

# Each container as "node component container directory-of-its-control-group".
containers() {
  local node component name id directory
  k get pods --output json | jq -r '.items[] | .spec.nodeName as $node | .metadata.labels["app.kubernetes.io/component"] as $part
    | .status.containerStatuses[] | "\($node) \($part) \(.name) \(.containerID | sub(".*//"; ""))"' | sort |
    while read -r node component name id; do
      directory=$(find /sys/fs/cgroup/ -maxdepth 7 -type d -path "*/hc-$node/*" -name "$id" | grep -m 1 -E '/cpuacct/|/cpu,cpuacct/|^/sys/fs/cgroup/hc-' || :)
      [[ -z $directory ]] || echo "$node $component $name $directory"
    done
}
# Proportional set size of a control group's processes, in KiB.
pss() {
  local process
  while read -r process; do cat "/proc/$process/smaps_rollup" 2>/dev/null || :; done < <(find "$1" -name cgroup.procs -exec cat {} +) | awk '/^Pss:/ { sum += $2 } END { print sum + 0 }'
}
# Processor time that it has used so far, in microseconds.
used() { if [[ -e $1/cpuacct.usage ]]; then echo $(($(<"$1/cpuacct.usage") / 1000)); else awk '/^usage_usec/ { print $2 }' "$1/cpu.stat"; fi; }

rest_figures() {
  local node component name directory began
  containers >"$WORK/containers"
  # What the start left to do is done by then, and the JVMs have compiled what they use.
  sleep "$SETTLE"
  while read -r node component name directory; do echo "$(used "$directory") $directory"; done <"$WORK/containers" >"$WORK/before"
  began=$(now)
  sleep "$REST"
  while read -r node component name directory; do
    echo "$node $component $name $(pss "$directory") $(($(used "$directory") - $(awk -v d="$directory" '$2 == d { print $1 }' "$WORK/before")))"
  done <"$WORK/containers" >"$WORK/rest"
  table "At rest, topology $1: memory as PSS, processor time over $REST s as part of one core." "node, container" MiB %
  awk -v seconds="$(since "$began")" '{ printf "| %s, %s | %.1f | %.2f |\n", $1, $2, $4 / 1024, $5 / seconds / 10000; node[$1] += $4; all += $5; cpu[$1] += $5 }
    END { for (n in node) printf "| %s, together | %.1f | %.2f |\n", n, node[n] / 1024, cpu[n] / seconds / 10000; printf "| all | | %.2f |\n", all / seconds / 10000 }' "$WORK/rest"
}

# --- start -----------------------------------------------------------------------------------------------------------------

# The JVM of a pod, by the pod's uid.
java_of() {
  local process root=/sys/fs/cgroup/pids
  [[ -d $root ]] || root=/sys/fs/cgroup
  while read -r process; do
    [[ $(readlink "/proc/$process/exe") != */java ]] || { echo "$process"; return; }
  done < <(find "$root"/hc-node1 -path "*pod$1/*" -name cgroup.procs -exec cat {} + 2>/dev/null)
  return 1
}

# From the JVM's first instant, as the kernel noted it, until the service says that it is ready, in ms: of a new pod of this part on
# the first node.
start_once() {
  local part=$1 port=$2 uid process began of
  of=(--selector "app.kubernetes.io/component=$part" --field-selector "spec.nodeName=$(name_of 1)")
  k delete --grace-period 20 "$(k get pods "${of[@]}" --output name | head -n 1)" >/dev/null
  until uid=$(k get pods "${of[@]}" --output jsonpath='{.items[0].metadata.uid}' 2>/dev/null) && [[ -n $uid ]]; do sleep 0.05; done
  until process=$(java_of "$uid"); do sleep 0.02; done
  until nsenter --net --target "$process" curl --silent --fail --max-time 1 --output /dev/null "http://127.0.0.1:$port/q/health/ready"; do sleep 0.02; done
  began=$(awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); split($0, f, " "); print f[20] / tick }' "/proc/$process/stat")
  awk -v began="$began" '{ printf "%d\n", ($1 - began) * 1000 }' /proc/uptime
}

start_figures() {
  local part port mode times
  table "Start of a service in a container, from its process until it is ready; median of $STARTS." service "with AOT cache" without
  for part in storage:8081 sharing:8082 backup:8083; do
    port=${part#*:} part=${part%:*} times=()
    for mode in auto off; do
      k set env "daemonset/homecloud-$part" JAVA_TOOL_OPTIONS="-XX:AOTMode=$mode" >/dev/null
      # Sharing's pods are replaced by who deletes them only: the first of each has the new setting.
      [[ $part == sharing ]] || k rollout status "daemonset/homecloud-$part" --timeout=300s >/dev/null
      start_once "$part" "$port" >/dev/null
      times+=("$(for ((i = 0; i < STARTS; i++)); do start_once "$part" "$port"; done | part_of 0.5) ms")
    done
    k set env "daemonset/homecloud-$part" JAVA_TOOL_OPTIONS- >/dev/null
    row "$part" "${times[@]}"
  done
}

# ---------------------------------------------------------------------------------------------------------------------------

for topology in separate compact; do
  took=$(install_timed "$topology")
  if asked install; then
    table "Installed on two nodes whose images are there, topology $topology." part figure
    row "\`helm install\` until every pod is ready" "$took s"
  fi
  household
  ! asked rest || rest_figures "$topology"
  if [[ $topology == separate ]]; then
    ! asked start || start_figures
  fi
  uninstall_homecloud
done

# Last, since so many volumes are nothing that others should be measured with.
if asked apply; then
  install_homecloud separate
  apply_figures
fi
