# shellcheck shell=bash
# What the control plane and the nodes have in common: each is a machine made of namespaces (network, mounts, processes,
# name), wired to one bridge. Ending its first process ends everything in it, as when the power goes; its mounts go with it,
# and neither a port nor a rule of iptables nor a mount of the real machine is touched.

readonly BRIDGE=hc-cluster

node_address() { echo "$NETWORK.$((10 + $1))"; }

machines() { ip netns list 2>/dev/null | sed -n 's/^\(hc-[a-z0-9]*\).*/\1/p'; }

make_bridge() {
  # An address of its own: else it is that of a port, and changes when this port's node is switched off, which nobody is told.
  ip link add "$BRIDGE" address 02:68:63:00:00:01 type bridge
  ip address add "$NETWORK.1/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
}

# Wires the machine $1 with the address $2; routes to every node's pods.
machine_network() {
  local space=hc-$1 node
  ip netns add "$space"
  ip link add "$space" type veth peer name eth0 netns "$space"
  ip link set "$space" master "$BRIDGE" up
  ip -n "$space" link set lo up
  ip -n "$space" address add "$2/24" dev eth0
  ip -n "$space" link set eth0 up
  ip -n "$space" route add default via "$NETWORK.1"
  for ((node = 1; node <= NODES; node++)); do
    [[ $1 == node$node ]] || ip -n "$space" route add "$PODS.$node.0/24" via "$(node_address "$node")"
  done
}

# Starts the machine's first process, which calls this script's function <kind>_main in the new namespaces. Its process id is
# kept; --kill-child ties it to unshare's own, so that nothing is left when that is killed.
machine_start() {
  local name=$1
  install -d -m 0755 -- "$CLUSTER_RUN" "$STATE/log"
  # shellcheck disable=SC2016 # for the new shell
  setsid nsenter --net="/run/netns/hc-$name" unshare --mount --propagation private --uts --ipc --pid --fork --kill-child \
    bash -c 'source "$1/homecloud"; use_state "$2"; load_cluster; "${3%%[0-9]*}_main" "${3#"${3%%[0-9]*}"}"' "$name" "$ROOT" "$STATE" "$name" \
    </dev/null >>"$STATE/log/$name.log" 2>&1 6>&- 7>&- 8>&- 9>&- &
  disown
}

# The first process of machine $1, as this machine sees it: the one that is number 1 in a namespace right below ours.
machine_process() {
  local process
  for process in $(ip netns pids "hc-$1" 2>/dev/null); do
    if awk '/^NSpid:/ { first = NF == 3 && $3 == 1 } END { exit !first }' "/proc/$process/status" 2>/dev/null; then
      echo "$process"
      return 0
    fi
  done
  return 1
}

# Runs a command inside of machine $1.
inside() {
  local process
  process=$(machine_process "$1") || failed "$1 does not run"
  nsenter --target "$process" --mount --uts --ipc --net --pid -- "${@:2}"
}

# The power of machine $1 goes.
machine_kill() {
  local process
  process=$(machine_process "$1") || return 0
  kill -KILL "$process" 2>/dev/null || :
}

# Ends machine $1 and waits until nothing of it is left. Its state stays where it is.
machine_stop() {
  local process deadline=$((SECONDS + 30))
  machine_kill "$1"
  while process=$(ip netns pids "hc-$1" 2>/dev/null) && [[ -n $process ]]; do
    # shellcheck disable=SC2086 # process ids
    kill -KILL $process 2>/dev/null || :
    ((SECONDS < deadline)) || failed "$1 does not end: processes $process"
    sleep 0.1
  done
  ip netns delete "hc-$1" 2>/dev/null || :
  ip link delete "hc-$1" 2>/dev/null || :
}

# Called first inside of a new machine: gives it a name, processes and directories of its own, and lets go of the real
# machine's other mounts, so that they can be unmounted there meanwhile.
enter_machine() {
  local target
  echo "$1" >/proc/sys/kernel/hostname
  mount -t proc proc /proc
  while read -r target; do
    target=$(printf %b "$target")
    case $target in
      / | /proc | /proc/* | /dev | /dev/* | /sys | /sys/*) ;;
      *) [[ $STATE/ == "$target"/* || $PROGRAMS/ == "$target"/* || /usr/ == "$target"/* ]] || umount --lazy -- "$target" 2>/dev/null || : ;;
    esac
  done < <(awk '{ print $5 }' /proc/self/mountinfo | sort -r)
  for target in /run /tmp /var/lib /var/log; do mount -t tmpfs -o mode=0755 tmpfs "$target"; done
  chmod 1777 /tmp
  mount --make-rshared /
}

# Keeps a daemon running, with its log.
keep_running() {
  local name=$1
  shift
  {
    trap - EXIT
    while :; do
      "$@" >>"$STATE/log/$name.log" 2>&1 || :
      sleep 1
    done
  } &
}

# Repeats a command until it succeeds; its last words are shown if it does not in time.
within() {
  local deadline=$((SECONDS + $1)) said
  shift
  until said=$("$@" 2>&1); do
    ((SECONDS < deadline)) || { warn "$said"; return 1; }
    sleep 0.5
  done
}
