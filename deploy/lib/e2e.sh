# shellcheck shell=bash
# homecloud as it is really installed: images, a cluster, the chart, then stories of what people do (deploy/e2e).

# What the clients of the stories need on this machine.
readonly E2E_PACKAGES=('smbclient>=2:4.20' libnfs-utils curl jq)

# ./homecloud e2e [--keep] [--images DIR] [--erase-my-k3s] [STORY…]: every story, or those whose names begin so. --keep leaves the
# cluster as it is at the end; --images has what "images --save" wrote before.
run_e2e() {
  local keep='' images='' wanted=() figures='' erase_k3s=''
  while (($#)); do
    [[ $1 == --*=* ]] && set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
      --images) with_value "$@"; images=$2; shift 2 ;;
      --keep) keep=yes; shift ;;
      --erase-my-k3s) erase_k3s=yes; shift ;;
      --figures) figures=yes; shift ;;
      --*) wrong "unknown option '$1'" ;;
      *) wanted+=("$1"); shift ;;
    esac
  done
  ! has_k3s || [[ -n $erase_k3s ]] ||
    refused "k3s is here; played on it, the stories erase a disk of it and delete its homecloud with databases, passwords and keys. Nothing was touched; --erase-my-k3s says that all this may go"
  install_packages "${E2E_PACKAGES[@]}"
  use_libnfs
  export LIBNFS
  local stories=() story
  [[ -z $figures ]] || { stories=("$ROOT/deploy/e2e/figures.sh"); wanted=(none); }
  for story in "$ROOT"/deploy/e2e/[0-9]*.sh; do
    # Nobody's own k3s is switched off.
    if has_k3s && grep -q '^# needs: the throw-away cluster' "$story"; then continue; fi
    ! wanted_story "$(basename -- "$story" .sh)" "${wanted[@]}" || stories+=("$story")
  done
  ((${#stories[@]})) || wrong "no story begins with ${wanted[*]}"
  E2E=$CACHE/e2e
  rm -rf -- "$E2E"
  install -d -m 0755 -- "$E2E"
  # Images are needed by the stories that install homecloud.
  if ! grep -qsw install_homecloud "${stories[@]}"; then
    images=''
  elif [[ -z $images ]]; then
    images=$E2E/images
    "$ROOT/homecloud" images --save "$images" || failed "the images were not made"
  fi
  local code=0 before
  # Before there is anything to end: the cluster of who holds the lock is not ours.
  has_k3s || { lock_cluster; use_state "$CACHE/cluster/state"; }
  [[ -n $keep ]] || trap end_e2e EXIT
  install_packages "${CLUSTER_PACKAGES[@]}"
  has_k3s || sweep_cluster
  before=$(machine_settings)
  begin_cluster "$images"
  tell_stories "${stories[@]}" || code=1
  [[ -z $keep ]] || return "$code"
  end_e2e
  if ! has_k3s; then
    nothing_is_left || code=1
    diff <(echo "$before") <(machine_settings) >&2 || { warn "the cluster changed these settings of the machine"; code=1; }
  fi
  return "$code"
}

wanted_story() {
  local name=$1 word
  shift
  (($#)) || return 0
  for word in "$@"; do [[ $name != "$word"* ]] || return 0; done
  return 1
}

# The cluster that the stories play on: the throw-away one, or the user's k3s.
begin_cluster() {
  local archive began
  if has_k3s; then
    k3s_cluster up
    export KUBECONFIG=$K3S_KUBECONFIG
    build_programs kube helm hello
    install_packages socat
    cluster_images tools socat
    k3s_cluster load "$PROGRAMS"/{tools,socat}.tar
    PATH=$PROGRAMS:$PATH
  else
    cluster_up --nodes 2 --disk-size 8G
  fi
  [[ -n $1 ]] || return 0
  step "loading the images into the nodes"
  began=$SECONDS
  for archive in "$1"/homecloud-images-*.tar; do
    if has_k3s; then k3s_cluster load "$archive"; else load_images "$archive"; fi
  done
  say "  in $((SECONDS - began)) s"
}

end_e2e() {
  trap - EXIT
  has_k3s || sweep_cluster
  rm -rf -- "$E2E/images"
}

tell_stories() {
  local story name passed=0 failed=() began untold=0
  for story in "$@"; do
    name=$(basename -- "$story" .sh) began=$SECONDS
    ((!untold)) || { untold=$((untold + 1)); continue; }
    step "story $name"
    if env ROOT="$ROOT" HOMECLOUD_STORY="$name" bash "$story" 6>&- 2>&1 | tee "$E2E/$name.log" 6>&-; then
      passed=$((passed + 1))
      say "  passed in $((SECONDS - began)) s"
    else
      failed+=("$name")
      say "  FAILED after $((SECONDS - began)) s"
      what_happened 2>&1 6>&- | tee "$E2E/$name.pods" 6>&- | sed -n 1,120p
      ! grep -q '^# the others stand on it' "$story" || untold=1
      # It may have left a node or the API server off.
      has_k3s || (cluster_start) 6>&- || warn "the cluster did not come back after $name"
    fi
  done
  ((untold < 2)) || say "$((untold - 1)) stories that stand on that one were not told"
  say "$passed passed, ${#failed[@]} failed${failed[*]:+: ${failed[*]}}"
  ((${#failed[@]} == 0))
}

# What one wants to see when a story failed: pods, what Kubernetes said of them, their last words.
what_happened() {
  local namespace pod
  kubectl get pods --all-namespaces --output wide
  kubectl get events --all-namespaces --sort-by .lastTimestamp | tail -n 25
  while read -r namespace pod; do
    say "--- $namespace/$pod"
    kubectl -n "$namespace" logs "$pod" --all-containers --tail 40
    kubectl -n "$namespace" logs "$pod" --all-containers --tail 15 --previous 2>/dev/null || :
  done < <(kubectl get pods --all-namespaces --no-headers |
    awk '{ split($3, ready, "/") } $1 == "homecloud" || ready[1] != ready[2] || $5 > 0 { print $1, $2 }')
}

# ./homecloud bench cluster [--short] [PART…]: figures of a cluster of its own, as a story that measures.
bench_cluster() {
  local short='' options=()
  ! has_k3s || refused "figures are taken on a cluster of their own, and k3s is here"
  while (($#)); do
    case $1 in
      --short) short=yes; shift ;;
      --images) with_value "$@"; options+=(--images "$2"); shift 2 ;;
      *) break ;;
    esac
  done
  # HOMECLOUD_SHORT (internal): fewer of everything.
  # HOMECLOUD_PARTS (internal): which figures.
  export HOMECLOUD_SHORT=$short HOMECLOUD_PARTS="$*"
  run_e2e --figures "${options[@]}"
}
