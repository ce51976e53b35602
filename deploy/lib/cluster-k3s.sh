# shellcheck shell=bash
# The user's own k3s in the place of a throw-away cluster: nothing of it is started, stopped or swept, images are imported only.

readonly K3S_KUBECONFIG=${KUBECONFIG:-/etc/rancher/k3s/k3s.yaml}

has_k3s() { command -v k3s >/dev/null; }

k3s_cluster() {
  local verb=$1 archive
  shift
  case $verb in
    up)
      [[ -r $K3S_KUBECONFIG ]] || not_running "k3s is installed, but $K3S_KUBECONFIG is not there: does it run?"
      KUBECONFIG=$K3S_KUBECONFIG k3s kubectl wait --for=condition=Ready nodes --all --timeout=120s >/dev/null ||
        failed "k3s has nodes that are not ready"
      say "ready: k3s, which was there already"
      say "  export KUBECONFIG=$K3S_KUBECONFIG"
      ;;
    load)
      (($#)) || wrong "cluster load needs image archives"
      for archive in "$@"; do
        [[ -r $archive ]] || wrong "there is no $archive"
        k3s ctr images import "$archive" >/dev/null || failed "k3s could not import $archive"
      done
      ;;
    kubeconfig) no_more "$@"; say "$K3S_KUBECONFIG" ;;
    status) no_more "$@"; KUBECONFIG=$K3S_KUBECONFIG k3s kubectl get nodes,pods --all-namespaces --output wide ;;
    down) no_more "$@"; say "k3s is yours and stays as it is" ;;
    start | power-cut | anew | control | node) refused "k3s is yours; its nodes are not switched off by this" ;;
    *) wrong "cluster: unknown '$verb'" ;;
  esac
}
