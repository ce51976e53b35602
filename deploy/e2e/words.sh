# shellcheck shell=bash
# The words that stories are written in. A story is a file of its own, run after this one in a shell that ends at the first
# command that fails. From outside come KUBECONFIG, a PATH with kubectl and helm, ROOT, and E2E_VALUES, the values of the
# chart for this cluster.

readonly NAMESPACE=homecloud CHART=$ROOT/helm/homecloud

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# What a person reads while it runs.
chapter() { printf '  %s\n' "$*"; }

# A story that goes wrong says where, what was expected, and what the cluster has to say.
wrong_end() {
  printf 'homecloud e2e: %s\n' "$*" >&2
  exit 1
}

# expect WHAT ACTUAL EXPECTED
expect() { [[ $2 == "$3" ]] || wrong_end "$1: '$2' instead of '$3'"; }

# Tries a command until it succeeds, for so many seconds.
eventually() {
  local until=$((SECONDS + $1)) said
  shift
  while ! said=$("$@" 2>&1); do
    ((SECONDS < until)) || wrong_end "in vain: $*: ${said:-no answer}"
    sleep 0.5
  done
}

# Resources from standard input, and waits that they are ready: apply volumes.homecloud.io/photos … <<YAML
apply() {
  k apply --filename - >/dev/null
  (($# == 0)) || ready "$@"
}

ready() {
  local resource
  for resource in "$@"; do
    k wait --for=condition=Ready --timeout=120s "$resource" >/dev/null ||
      wrong_end "$resource is not ready: $(k get "$resource" --output jsonpath='{.status.conditions}' 2>&1)"
  done
}

# status RESOURCE JSONPATH
status() { k get "$1" --output "jsonpath=$2"; }

address_of() { kubectl get node "$1" --output jsonpath='{.status.addresses[?(@.type=="InternalIP")].address}'; }

nodes() { kubectl get nodes --selector homecloud.io/node=true --output jsonpath='{.items[*].metadata.name}'; }

first_node() { nodes | cut -d ' ' -f 1; }
other_node() { nodes | cut -d ' ' -f 2; }

# The set of pods that answers for storage; one of all services in the compact topology.
storage_pods() { if k get daemonset/homecloud-compact >/dev/null 2>&1; then echo daemonset/homecloud-compact; else echo daemonset/homecloud-storage; fi; }

# An administrator's token, made anew when the last one is ten minutes old.
token() {
  local file=${TMPDIR:-/tmp}/homecloud-e2e-token-$$
  if [[ ! -s $file || $(($(date +%s) - $(stat -c %Y "$file"))) -gt 600 ]]; then
    (umask 077 && k exec "$(storage_pods)" -- homecloud-token >"$file")
  fi
  cat -- "$file"
}

forget_token() { rm -f -- "${TMPDIR:-/tmp}/homecloud-e2e-token-$$"; }
trap forget_token EXIT

# api METHOD PATH [JSON]: through Traefik, as from a laptop. Prints what is answered; a refusal ends the story.
api() {
  curl --silent --show-error --fail-with-body --insecure --max-time 300 --request "$1" --header "Authorization: Bearer $(token)" \
    ${3:+--json "$3"} "https://$(address_of "$(first_node)")$2" || wrong_end "$1 $2 was refused"
}

# The status of an answer alone: answer PATH [CURL OPTION]…
answer() { curl --silent --insecure --max-time 60 --output /dev/null --write-out '%{http_code}' "${@:2}" "https://$(address_of "$(first_node)")$1"; }

upload() { curl --silent --show-error --fail-with-body --insecure --max-time 300 --header "Authorization: Bearer $(token)" --upload-file "$1" "https://$(address_of "$(first_node)")$2" >/dev/null; }

# smb NODE SHARE ACCOUNT%PASSWORD COMMANDS: from outside of the cluster.
smb() { smbclient "//$(address_of "$1")/$2" --user "$3" --timeout 20 --command "$4"; }

# The disk of a node, by the path that the node has it at; the only one that holds nothing of the system.
disk_of() { k exec "$(pod_on "$1")" -- lsblk --noheadings --nodeps --paths --output NAME,TYPE | awk '$2 == "disk" || $2 == "loop" { print $1; exit }'; }

# The pod of storage on a node.
pod_on() { k get pods --selector "app.kubernetes.io/component in (storage, compact)" --field-selector "spec.nodeName=$1" --output jsonpath='pod/{.items[0].metadata.name}'; }

# Every pod is ready, and none had to be started twice.
all_ready() {
  k wait --for=condition=Ready pod --all --timeout=300s >/dev/null || wrong_end "not every pod is ready: $(k get pods 2>&1)"
  expect "restarts" "$(k get pods --output jsonpath='{.items[*].status.containerStatuses[*].restartCount}' | tr -d ' 0')" ""
}

# helm_install and helm_upgrade [OPTION]…
helm_install() { helm install homecloud "$CHART" --namespace "$NAMESPACE" --create-namespace --values "$E2E_VALUES" --wait --timeout 10m "$@" >/dev/null; }
helm_upgrade() { helm upgrade homecloud "$CHART" --namespace "$NAMESPACE" --reset-then-reuse-values --wait --timeout 10m "$@" >/dev/null; }
