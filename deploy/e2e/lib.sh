# shellcheck shell=bash
# The words that stories are told in. A story is a script: every line has to succeed, `it` says what comes next, `expect`
# waits for something, `same` compares.
set -euo pipefail
export LC_ALL=C.UTF-8

: "${ROOT:?stories are told by ./homecloud e2e}"
# Addresses of the nodes, in the order of their names.
# shellcheck disable=SC2034 # for the stories
mapfile -t NODE < <(kubectl get nodes -o jsonpath='{range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address}{"\n"}{end}')
# A directory of the story's own.
WORK=$(mktemp -d)
trap 'echo "    failed: line $LINENO, $BASH_COMMAND" >&2' ERR
trap 'rm -rf -- "$WORK"' EXIT

it() { printf '  %s\n' "$*"; }

fail() { printf '    %s\n' "$*" >&2; exit 1; }

# expect SECONDS WHAT COMMAND…: until the command succeeds. Its last words are shown when it does not in time.
expect() {
  local deadline=$((SECONDS + $1)) what=$2 began=$SECONDS said
  shift 2
  until said=$("$@" 2>&1); do
    ((SECONDS < deadline)) || fail "in vain waited for: $what. The last answer: ${said:-none}"
    sleep 0.3
  done
  printf '    %s (%s s)\n' "$what" "$((SECONDS - began))"
}

# same ACTUAL EXPECTED WHAT
same() { [[ $1 == "$2" ]] || fail "$3: expected '$2', but it is '$1'"; }

# says TEXT COMMAND…: it says just that, for expect.
says() {
  local said
  said=$("${@:2}") || :
  [[ $said == "$1" ]] || { echo "$said" && return 1; }
}

# contains TEXT PART WHAT
contains() { [[ $1 == *"$2"* ]] || fail "$3: expected '$2' in '$1'"; }

apply() { kubectl apply --server-side -f "$1" >/dev/null; }

# Runs a command in a pod that is there for the story only, on the first node; its name is client. Its image has sh, curl, getent and some more.
client() { kubectl exec --quiet client -- "$@"; }

start_client() {
  kubectl run client --image=localhost/cluster-tools:1 --image-pull-policy=Never --restart=Never \
    --overrides "{\"spec\": {\"nodeName\": \"$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')\"}}" --command -- sleep 1d >/dev/null
  kubectl wait --for=condition=Ready --timeout=180s pod/client >/dev/null
}

end_client() { kubectl delete pod client --grace-period=0 --force >/dev/null 2>&1; }

# Switches a node off and on, as with its plug; ./homecloud cluster does it.
node() { "$ROOT/homecloud" cluster node "$@"; }
