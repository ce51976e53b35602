# shellcheck shell=bash
# A node: containerd, kubelet and kube-proxy in a machine of its own (cluster-machine.sh), with its own data directory and disk.

# The directories of a node that outlive it, and where it sees them.
readonly NODE_PLACES=(homecloud:/var/lib/homecloud kubelet:/var/lib/kubelet containerd:/var/lib/containerd pods:/var/log/pods
  containers:/var/log/containers cni:/var/lib/cni)

node_start() {
  local place
  for place in "${NODE_PLACES[@]}"; do install -d -m 0755 -- "$STATE/node$1/${place%%:*}"; done
  node_disks "$1" >/dev/null
  machine_network "node$1" "$(node_address "$1")"
  make_cgroups "$1"
  machine_start "node$1"
}

node_stop() {
  machine_stop "node$1"
  remove_cgroups "$1"
}

# Which hierarchies of control groups there are: one of version 2, or one for each controller of version 1.
cgroup_roots() {
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then echo /sys/fs/cgroup; else
    awk '$3 == "cgroup" { print $2 }' /proc/mounts
  fi
}

# Each kubelet needs a root of its own: it ends what it takes for orphans below it. The node's daemons are in "system".
make_cgroups() {
  local root group file
  while read -r root; do
    [[ ! -e $root/cgroup.controllers ]] || give_controllers "$root" keep
    for group in "$root/hc-node$1" "$root/hc-node$1/system"; do
      mkdir -p -- "$group"
      [[ -e $root/cgroup.controllers ]] || for file in cpuset.cpus cpuset.mems; do
        # A new set of version 1 is empty, and nothing can run in it.
        [[ ! -e $group/$file ]] || cat "$root/$file" >"$group/$file"
      done
    done
    [[ ! -e $root/cgroup.controllers ]] || give_controllers "$root/hc-node$1"
  done < <(cgroup_roots)
}

# Version 2: the groups below $1 get what kubelet asks for. What they did not have before is noted, when it is the machine's own.
give_controllers() {
  local controller
  for controller in cpuset cpu io memory hugetlb pids; do
    if grep -qw "$controller" "$1/cgroup.controllers" && ! grep -qw "$controller" "$1/cgroup.subtree_control"; then
      echo "+$controller" >"$1/cgroup.subtree_control"
      [[ -z ${2:-} ]] || echo "$controller" >>"$CLUSTER_RUN/controllers"
    fi
  done
}

take_controllers() {
  local controller
  [[ -e $CLUSTER_RUN/controllers ]] || return 0
  while read -r controller; do
    echo "-$controller" >/sys/fs/cgroup/cgroup.subtree_control || warn "the control groups of this machine keep $controller"
  done <"$CLUSTER_RUN/controllers"
}

# Ends what is left in the node's control groups, then removes them.
remove_cgroups() {
  local root group deadline=$((SECONDS + 30)) processes
  while read -r root; do
    [[ -d $root/hc-node$1 ]] || continue
    while processes=$(find "$root/hc-node$1" -name cgroup.procs -exec cat {} + 2>/dev/null) && [[ -n $processes ]]; do
      # shellcheck disable=SC2086 # process ids
      kill -KILL $processes 2>/dev/null || :
      ((SECONDS < deadline)) || failed "processes of node $1 do not end: $processes"
      sleep 0.1
    done
    while read -r group; do
      # The kernel takes its time to forget who was in it.
      until rmdir -- "$group" 2>/dev/null || [[ ! -d $group ]]; do
        ((SECONDS < deadline)) || failed "the control group $group does not go"
        sleep 0.1
      done
    done < <(find "$root/hc-node$1" -depth -type d)
  done < <(cgroup_roots)
}

# Prints the loop devices of the disks that are plugged into a node; attaches them when need be.
node_disks() {
  local image device
  [[ -e $STATE/node$1/disks ]] || return 0
  while read -r image; do
    device=$(losetup --noheadings --output NAME --associated "$image")
    [[ -n $device ]] || device=$(losetup --find --show -- "$image")
    echo "$device"
  done <"$STATE/node$1/disks"
}

# The disks of node $1, which is switched off, are put into node $2, running or not; or the disk $3 alone, of a node that may run.
carry_disks() {
  local disk image from=$STATE/node$1/disks
  [[ -s $from ]] || failed "node$1 has no disk"
  if [[ -n ${3:-} ]]; then
    image=$(losetup --noheadings --output BACK-FILE "$3") && grep -qxF -- "$image" "$from" || refused "node$1 has no disk $3"
    ! machine_process "node$1" >/dev/null || inside "node$1" rm -f "$3"
    echo "$image" >>"$STATE/node$2/disks"
    grep -vxF -- "$image" "$from" >"$from.new" || :
    mv -- "$from.new" "$from"
  else
    ! machine_process "node$1" >/dev/null || refused "node$1 runs; switch it off first: ./homecloud cluster node stop $1"
    cat -- "$from" >>"$STATE/node$2/disks"
    rm -- "$from"
  fi
  if machine_process "node$2" >/dev/null; then
    for disk in $(node_disks "$2"); do
      inside "node$2" sh -c "[ -e $disk ] || mknod -m 660 $disk b $(device_number "$disk")"
    done
  fi
}

# Major and minor number of a device, as mknod takes them.
device_number() {
  local major minor
  read -r major minor < <(stat -c '%t %T' "$1")
  echo "$((16#$major)) $((16#$minor))"
}

detach_disks() {
  local device
  while read -r device; do losetup --detach "$device" || warn "$device is still in use"; done < <(
    losetup --list --noheadings --output NAME,BACK-FILE | sed -n "s|^\([^ ]*\) *$1/node[0-9]*/disk.img.*|\1|p")
}

# The node's own /dev: what every machine has, and of the disks its own only.
node_devices() {
  local name kind disk disks=()
  for disk in $(node_disks "$2"); do disks+=("${disk#/dev/}"); done
  mount -t tmpfs -o mode=0755 tmpfs "$1"
  for name in null zero full random urandom tty kmsg fuse btrfs-control loop-control net/tun "${disks[@]}"; do
    [[ -e /dev/$name ]] || continue
    kind=c
    [[ ! -b /dev/$name ]] || kind=b
    mkdir -p -- "$(dirname -- "$1/$name")"
    # shellcheck disable=SC2046 # two numbers
    mknod -m "$(stat -c %a "/dev/$name")" "$1/$name" "$kind" $(device_number "/dev/$name")
  done
  mkdir -- "$1/pts" "$1/shm" "$1/mqueue" "$1/mapper"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$1/pts"
  mount -t tmpfs -o mode=1777 tmpfs "$1/shm"
  mount -t mqueue mqueue "$1/mqueue"
  ln -s pts/ptmx "$1/ptmx"
  ln -s /proc/self/fd "$1/fd"
  ln -s fd/0 "$1/stdin"
  ln -s fd/1 "$1/stdout"
  ln -s fd/2 "$1/stderr"
}

# The node's first process.
node_main() {
  local number=$1 place root
  enter_machine "node$number"
  while read -r root; do echo 1 >"$root/hc-node$number/system/cgroup.procs"; done < <(cgroup_roots)
  mkdir /run/dev
  node_devices /run/dev "$number"
  umount --lazy --recursive /dev
  mount --rbind /run/dev /dev
  for place in "${NODE_PLACES[@]}"; do
    mkdir -p -- "${place#*:}"
    mount --bind -- "$STATE/node$number/${place%%:*}" "${place#*:}"
  done
  mount --make-rshared /
  echo 1 >/proc/sys/net/ipv4/ip_forward
  hide_kernel_settings
  node_configuration "$number"
  keep_running "containerd$number" containerd --config /run/homecloud/containerd.toml
  keep_running "proxy$number" "$KUBE" kube-proxy --config /run/homecloud/proxy.yaml --hostname-override "node$number"
  keep_running "kubelet$number" "$KUBE" kubelet --config /run/homecloud/kubelet.yaml --kubeconfig "$PKI/node$number.kubeconfig" \
    --hostname-override "node$number" --node-ip "$(node_address "$number")"
  wait
}

# kubelet sets these for the whole kernel unless they have its values already; here it finds them and nothing is changed.
hide_kernel_settings() {
  local setting file
  mkdir -p /run/homecloud/kernel
  for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 \
    kernel/keys/root_maxbytes=25000000; do
    file=/run/homecloud/kernel/${setting//\//.}
    echo "${setting#*=}" >"$file"
    mount --bind -- "$file" "/proc/sys/${setting%=*}"
  done
}

# What the node's daemons read. Pods' traffic is routed (ptp), so that it passes the node's rules also between two pods of one
# node.
node_configuration() {
  local number=$1 place=/run/homecloud
  mkdir -p "$place/cni"
  cat >"$place/containerd.toml" <<CONFIG
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/cluster-pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$place/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
CONFIG
  cat >"$place/cni/10-pods.conflist" <<CONFIG
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "ptp", "ipam": {"type": "host-local", "subnet": "$PODS.$number.0/24", "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
CONFIG
  : >"$place/resolv.conf"
  cat >"$place/proxy.yaml" <<CONFIG
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clusterCIDR: $PODS.0.0/16
clientConnection: { kubeconfig: $PKI/proxy.kubeconfig }
conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }
CONFIG
  cat >"$place/kubelet.yaml" <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: $PKI/ca.crt } }
authorization: { mode: Webhook }
tlsCertFile: $PKI/node$number.crt
tlsPrivateKeyFile: $PKI/node$number.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /hc-node$number
failCgroupV1: false
failSwapOn: false
clusterDNS: [$SERVICES.0.10]
clusterDomain: $CLUSTER_DOMAIN
resolvConf: $place/resolv.conf
volumePluginDir: /var/lib/kubelet/volumeplugins
# A full disk of the real machine is no reason to remove the images that were imported.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: { memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1% }
CONFIG
}
