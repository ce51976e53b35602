# shellcheck shell=bash
# A throw-away Kubernetes on this machine: real upstream programs, a control plane and one to four nodes, each in namespaces of
# its own. With k3s on the PATH it is the user's k3s that is meant instead.

readonly CLUSTER_PACKAGES=(containerd runc containernetworking-plugins etcd-server etcd-client iptables iproute2 openssl jq curl socat
  util-linux)
readonly NETWORK=10.99.0 PODS=10.42 SERVICES=10.43 CLUSTER_DOMAIN=cluster.local
readonly CONTROL_ADDRESS=$NETWORK.2 CLUSTER_RUN=/run/homecloud-cluster
NODES=2

source "$ROOT/deploy/lib/cluster-build.sh"
source "$ROOT/deploy/lib/cluster-machine.sh"
source "$ROOT/deploy/lib/cluster-control.sh"
source "$ROOT/deploy/lib/cluster-node.sh"
source "$ROOT/deploy/lib/cluster-k3s.sh"

run_cluster() {
  local verb=${1:-}
  [[ -n $verb ]] || wrong "cluster: up, down, start, power-cut, anew, control stop, control start, node stop N, node start N, node carry FROM TO [DISK], kill NAMESPACE POD, load FILE…, kubeconfig or status?"
  shift
  need_root "cluster $verb"
  if has_k3s; then k3s_cluster "$verb" "$@"; else own_cluster "$verb" "$@"; fi
}

own_cluster() {
  local verb=$1
  shift
  lock_cluster
  use_state "$CACHE/cluster/state"
  case $verb in
    up) cluster_there || cluster_up "$@" ;;
    down) no_more "$@"; cluster_down ;;
    start) no_more "$@"; load_cluster; cluster_start ;;
    power-cut) no_more "$@"; load_cluster; cluster_power_cut ;;
    anew) no_more "$@"; load_cluster; cluster_anew ;;
    control) load_cluster; cluster_control "$@" ;;
    node) cluster_node "$@" ;;
    kill) load_cluster; kill_pod "$@" ;;
    load) load_cluster; load_images "$@" ;;
    kubeconfig) no_more "$@"; load_cluster; say "$STATE/kubeconfig" ;;
    status) no_more "$@"; load_cluster; kubectl get nodes,pods --all-namespaces --output wide ;;
    *) wrong "cluster: unknown '$verb'" ;;
  esac
}

# There is one cluster on a machine.
lock_cluster() {
  # HOMECLOUD_STORY (internal): a story of e2e, which holds the lock, asks.
  [[ -z ${HOMECLOUD_STORY:-} ]] || return 0
  install -d -m 0755 -- "$LOCKS"
  exec 6>"$LOCKS/cluster"
  flock -n 6 || refused "another ./homecloud cluster or e2e is under way"
}

# STATE: everything that the cluster keeps; PKI: its keys.
use_state() {
  [[ $1 != /var/lib/* && $1 != /var/log/* && $1 != /tmp/* && $1 != /run/* ]] ||
    wrong "HOMECLOUD_CACHE=$CACHE cannot hold a cluster: its nodes have a /var/lib, /var/log, /tmp and /run of their own"
  STATE=$1 PKI=$1/pki
}

# What "cluster up" made: how many nodes, which programs.
load_cluster() {
  [[ -e $STATE/cluster ]] || not_running "there is no cluster; ./homecloud cluster up makes one"
  source "$STATE/cluster"
  KUBE=$PROGRAMS/kube
  export KUBECONFIG=$STATE/kubeconfig PATH="$PROGRAMS:$PATH"
}

# Is there one that was once ready? Then it is said where; what was left half-made is swept away by the next "up".
cluster_there() {
  [[ -e $STATE/ready && -n $(machines) ]] || return 1
  load_cluster
  say "there is a cluster already; ./homecloud cluster down ends it"
  say_cluster
}

cluster_up() {
  local size='' node
  while (($#)); do
    [[ $1 == --*=* ]] && set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
      --nodes) with_value "$@"; NODES=$2; shift 2 ;;
      --disk-size) with_value "$@"; size=$2; shift 2 ;;
      *) wrong "unknown option '$1'" ;;
    esac
  done
  [[ $NODES =~ ^[1-4]$ ]] || wrong "--nodes needs a number from 1 to 4, not '$NODES'"
  [[ -z $size ]] || valid_size "$size" || wrong "--disk-size needs at least 2G, as 20G, not '$size'"
  install_packages "${CLUSTER_PACKAGES[@]}"
  use_kubernetes
  build_programs "${!CLUSTER_PROGRAMS[@]}"
  cluster_images pause coredns traefik tools socat
  traefik_kinds
  sweep_cluster
  step "starting a cluster of $NODES nodes"
  install -d -m 0755 -- "$CACHE/cluster"
  install -d -m 0700 -- "$STATE"
  install -d -m 0755 -- "$CLUSTER_RUN" "$STATE/log"
  ln -sfn -- "$STATE" "$CLUSTER_RUN/state"
  make_certificates
  for ((node = 1; node <= NODES; node++)); do
    install -d -m 0755 -- "$STATE/node$node"
    [[ -z $size ]] || {
      truncate --size "$(size_bytes "$size")" -- "$STATE/node$node/disk.img"
      echo "$STATE/node$node/disk.img" >"$STATE/node$node/disks"
    }
  done
  cp -- "$PKI/admin.kubeconfig" "$STATE/kubeconfig"
  printf 'NODES=%q PROGRAMS=%q\n' "$NODES" "$PROGRAMS" >"$STATE/cluster"
  load_cluster
  cluster_start
  load_images "$PROGRAMS"/{coredns,traefik,tools,socat}.tar
  deploy_system
  touch -- "$STATE/ready"
  say_cluster
}

# Starts whatever does not run.
cluster_start() {
  local node
  ip link show "$BRIDGE" >/dev/null 2>&1 || make_bridge
  machine_process control >/dev/null || control_start
  for ((node = 1; node <= NODES; node++)); do
    machine_process "node$node" >/dev/null || node_start "$node"
  done
  wait_for_api
  for ((node = 1; node <= NODES; node++)); do wait_for_node "$node"; done
}

wait_for_node() {
  within 180 inside "node$1" ctr version || failed "containerd of node$1 does not answer; see $STATE/log/containerd$1.log"
  [[ -n $(inside "node$1" ctr -n k8s.io images list -q name==localhost/cluster-pause:1) ]] || load_into "$1" "$PROGRAMS/pause.tar"
  # What the apiserver says of a node that was away may be of before.
  within 180 inside "node$1" curl -fsS -m 5 http://127.0.0.1:10248/healthz || failed "kubelet of node$1 does not answer; see $STATE/log/kubelet$1.log"
  within 120 kubectl get node "node$1" || failed "node$1 does not join; see $STATE/log/kubelet$1.log"
  kubectl wait --for=condition=Ready --timeout=120s "node/node$1" >/dev/null || failed "node$1 does not get ready; see $STATE/log/kubelet$1.log"
}

# Everything dies at the same instant; disks and data directories stay.
cluster_power_cut() {
  local node
  for node in $(machines); do machine_kill "${node#hc-}"; done
  for ((node = 1; node <= NODES; node++)); do node_stop "$node"; done
  machine_stop control
}

# Everything that Kubernetes knew is lost, and what the nodes kept beside their disks; images are still there.
cluster_anew() {
  local node place
  cluster_power_cut
  rm -rf -- "$STATE/etcd" "$STATE/ready"
  for ((node = 1; node <= NODES; node++)); do
    for place in "${NODE_PLACES[@]%%:*}"; do
      [[ $place == containerd ]] || rm -rf --one-file-system -- "$STATE/node$node/$place"
    done
  done
  cluster_start
  deploy_system
  touch -- "$STATE/ready"
}

# The Kubernetes API away and there again; nodes and their pods go on.
cluster_control() {
  no_more "${@:2}"
  case ${1:-} in
    stop) machine_stop control ;;
    start) machine_process control >/dev/null || control_start; wait_for_api ;;
    *) wrong "cluster control stop or start?" ;;
  esac
}

cluster_node() {
  local number=${2:-}
  load_cluster
  [[ $number =~ ^[1-9]$ ]] && ((number <= NODES)) || wrong "cluster node stop|start|disks|carry N: there are the nodes 1 to $NODES"
  [[ ${1:-} == carry ]] || no_more "${@:3}"
  case ${1:-} in
    carry)
      [[ ${3:-} =~ ^[1-9]$ ]] && (($3 <= NODES && $3 != number)) || wrong "cluster node carry FROM TO [DISK]: which node are the disks put into?"
      no_more "${@:5}"
      carry_disks "$number" "$3" "${4:-}"
      ;;
    stop) node_stop "$number" ;;
    start) machine_process "node$number" >/dev/null || node_start "$number"; wait_for_node "$number" ;;
    disks) node_disks "$number" ;;
    *) wrong "cluster node stop, start, disks or carry?" ;;
  esac
}

# kill NAMESPACE POD: every process of its containers dies at once, as by kill -9 from the node.
kill_pod() {
  local node uid root processes
  (($# == 2)) || wrong "cluster kill NAMESPACE POD"
  read -r node uid < <(kubectl -n "$1" get pod "$2" -o jsonpath='{.spec.nodeName} {.metadata.uid}{"\n"}') || wrong "there is no pod $2 in $1"
  root=$(cgroup_roots | grep -x '.*/pids' || cgroup_roots | head -n 1)
  # Not the first container of a pod, which holds its network.
  processes=$(find "$root/hc-$node/kubepods" -path "*pod$uid/*" -name cgroup.procs -exec cat {} + | while read -r process; do
    [[ $(readlink "/proc/$process/exe") == */pause ]] || echo "$process"
  done)
  [[ -n $processes ]] || failed "nothing runs in $2"
  # shellcheck disable=SC2086 # process ids
  kill -KILL $processes 2>/dev/null || :
}

# Into all nodes at once.
load_images() {
  local node archive imports import
  (($#)) || wrong "cluster load needs image archives"
  for archive in "$@"; do
    [[ -r $archive ]] || wrong "there is no $archive"
    imports=()
    for ((node = 1; node <= NODES; node++)); do
      machine_process "node$node" >/dev/null || continue
      load_into "$node" "$archive" &
      imports+=($!)
    done
    for import in "${imports[@]}"; do wait "$import" || exit; done
  done
}

load_into() { inside "node$1" ctr -n k8s.io images import - <"$2" >/dev/null || failed "$2 could not be imported"; }

deploy_system() {
  local node addresses=()
  within 60 kubectl get serviceaccount default || failed "the controller-manager does not work; see $STATE/log/controllers.log"
  kubectl apply --server-side -f "$PROGRAMS/traefik-kinds.yaml" >/dev/null
  kubectl apply --server-side -f "$CLUSTER_SOURCES/manifests" >/dev/null
  for ((node = 1; node <= NODES; node++)); do addresses+=("{\"ip\":\"$(node_address "$node")\"}"); done
  kubectl -n kube-system patch service traefik --subresource status --type merge \
    -p "{\"status\":{\"loadBalancer\":{\"ingress\":[$(IFS=,; echo "${addresses[*]}")]}}}" >/dev/null
  kubectl -n kube-system rollout status --timeout 120s deployment/coredns daemonset/traefik >/dev/null ||
    failed "CoreDNS or Traefik do not start: ./homecloud cluster status"
}

say_cluster() {
  say "$NODES nodes ($(for ((node = 1; node <= NODES; node++)); do printf 'node%s %s, ' "$node" "$(node_address "$node")"; done | sed 's/, $//')), Traefik on their ports 80 and 443"
  say "  export KUBECONFIG=$STATE/kubeconfig PATH=$PROGRAMS:\$PATH"
  say "  kubectl get nodes"
}

# Ends and removes a cluster, also one whose script was killed, or of another cache directory.
sweep_cluster() {
  local machine node state
  for machine in $(machines); do machine_kill "${machine#hc-}"; done
  for machine in $(machines); do machine_stop "${machine#hc-}"; done
  for node in 1 2 3 4; do remove_cgroups "$node"; done
  take_controllers
  ! ip link show "$BRIDGE" >/dev/null 2>&1 || ip link delete "$BRIDGE"
  for state in "$STATE" "$(readlink -- "$CLUSTER_RUN/state" 2>/dev/null || :)"; do
    [[ -n $state && -d $state ]] || continue
    detach_disks "$state"
    rm -rf --one-file-system -- "$state"
  done
  # The first network namespace of a machine mounts that, and nobody takes it away.
  [[ -n $(ip netns list 2>/dev/null) ]] || umount /run/netns 2>/dev/null || :
  rm -rf -- "$CLUSTER_RUN" "$CACHE"/cluster/{image,tree}.??????
}

cluster_down() {
  sweep_cluster
  nothing_is_left || exit 1
}

# What the last processes had goes a moment after they have ended.
nothing_is_left() { within 30 no_traces; }

no_traces() {
  local traces
  traces=$(cluster_traces)
  [[ -z $traces ]] || { echo "this is left of the cluster: $traces" && return 1; }
}

# Whatever a cluster adds to the machine, by name; nothing when there is none.
cluster_traces() {
  local root
  ip -brief link | awk '$1 ~ /^hc-/ { print "link", $1 }'
  machines
  losetup --list --noheadings --output NAME,BACK-FILE | grep -F " $STATE/" || :
  awk -v state="$STATE" '$5 ~ /hc-node/ || index($0, state) { print "mount", $5 }' /proc/self/mountinfo
  while read -r root; do find "$root" -maxdepth 1 -name 'hc-*'; done < <(cgroup_roots)
  grep -lsE -- "$STATE/|/run/homecloud/(containerd|kubelet|proxy)\." /proc/[0-9]*/cmdline || :
  find "$STATE" "$CLUSTER_RUN" -maxdepth 0 2>/dev/null || :
}

# What a cluster must not change: rules of the firewall and settings of the kernel.
machine_settings() {
  local program
  for program in iptables-save ip6tables-save; do "$program" 2>/dev/null | sed '/^#/d; s/ \[[0-9:]*\]$//' || :; done
  sysctl -n net.ipv4.ip_forward net.ipv4.conf.all.forwarding net.ipv4.conf.all.route_localnet vm.overcommit_memory vm.panic_on_oom \
    kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes kernel.hostname
}
