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

# contains TEXT PART WHAT
contains() { [[ $1 == *"$2"* ]] || fail "$3: expected '$2' in '$1'"; }

apply() { kubectl apply --server-side -f "$1" >/dev/null; }

# Runs a command in a pod that is there for the story only, on the first node; its name is client. Its image has sh, curl, getent and some more.
client() { kubectl exec --quiet client -- "$@"; }

start_client() {
  kubectl run client --image=localhost/cluster-tools:1 --image-pull-policy=Never --restart=Never \
    --overrides "{\"spec\": {\"nodeName\": \"$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')\"}}" --command -- sleep 1d >/dev/null
  kubectl wait --for=condition=Ready --timeout=60s pod/client >/dev/null
}

end_client() { kubectl delete pod client --grace-period=0 --force >/dev/null 2>&1; }

# Switches a node off and on, as with its plug; ./homecloud cluster does it.
node() { "$ROOT/homecloud" cluster node "$@"; }

# --- homecloud on the cluster ---

hc() { kubectl -n homecloud "$@"; }

# The DaemonSet that has storage in it: of the topology that is installed.
storage_set() { if hc get ds/homecloud-compact >/dev/null 2>&1; then echo homecloud-compact; else echo homecloud-storage; fi; }

disk() { "$ROOT/homecloud" cluster node disk "$1"; }

disk_image() { losetup --noheadings --output BACK-FILE "$(disk "$1")" | sed 's/ *$//'; }

# Installs the chart or changes its values, and waits until every pod is ready.
install_homecloud() {
  local images
  images=$(jq -cn '$ARGS.positional' --args "$(disk_image 1)" "$(disk_image 2)")
  kubectl label node --all --overwrite homecloud.io/node=true >/dev/null
  helm upgrade --install homecloud "$ROOT/helm/homecloud" --namespace homecloud --create-namespace --reset-then-reuse-values \
    --set image.pullPolicy=Never --set-json "storage.images=$images" --set-json 'ingress.trustedProxies=["10.42.0.0/16","10.99.0.0/24"]' \
    --wait --timeout 10m "$@" >"$WORK/helm.log" 2>&1 || fail "helm: $(tail -n 5 "$WORK/helm.log")"
}

# Names of homecloud's pods that are not ready or were restarted.
troubled_pods() { hc get pods --no-headers | awk '{ split($2, ready, "/") } ready[1] != ready[2] || $4 != 0'; }

with_homecloud() {
  helm -n homecloud status homecloud >/dev/null 2>&1 || install_homecloud --set topology=separate
}

# What a household has: a pool on each node, a volume, a person, a share. There already after the first story that asks.
with_household() {
  local number
  with_homecloud
  for number in "${!NODE[@]}"; do
    apply - <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Pool
metadata: { name: pool$((number + 1)), namespace: homecloud }
spec: { node: node$((number + 1)), disks: [$(disk $((number + 1)))] }
YAML
  done
  apply - <<'YAML'
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: { name: photos, namespace: homecloud }
spec: { pool: pool1, quota: 1Gi }
---
apiVersion: homecloud.io/v1alpha1
kind: Account
metadata: { name: anna, namespace: homecloud }
spec: { displayName: Anna, role: administrator }
---
apiVersion: homecloud.io/v1alpha1
kind: Share
metadata: { name: pictures, namespace: homecloud }
spec: { volume: photos, protocols: [smb], previousVersions: true, access: [{ account: anna, level: write }] }
YAML
  ready 180 pools.homecloud.io/pool1 pools.homecloud.io/pool2
  ready 120 volumes.homecloud.io/photos accounts.homecloud.io/anna shares.homecloud.io/pictures
  expect 60 "anna's password is set" api PUT /api/sharing/v1/accounts/anna/password --json '{"password": "correct horse 42"}'
}

# ready SECONDS RESOURCE…
ready() {
  local seconds=$1
  shift
  hc wait --for=condition=Ready --timeout="${seconds}s" "$@" >"$WORK/wait.log" 2>&1 ||
    fail "not ready: $* ($(tail -n 1 "$WORK/wait.log")); $(hc get "$1" -o jsonpath='{.status.conditions}')"
}

# An administrator's token; new after ten minutes.
token() {
  [[ -n $(find "$WORK/token" -mmin -10 2>/dev/null) ]] || hc exec --quiet "ds/$(storage_set)" -- homecloud-token >"$WORK/token"
  cat "$WORK/token"
}

# api METHOD PATH [OPTION OF CURL]…, through Traefik
api() {
  local method=$1 path=$2
  shift 2
  curl -sSk --fail-with-body -m 60 -X "$method" -H "Authorization: Bearer $(token)" "https://${NODE[0]}$path" "$@"
}

# smb COMMAND [ADDRESS]: as anna on the share of the household, from outside of the cluster
smb() { smbclient "//${2:-${NODE[0]}}/pictures" -t 20 -U 'anna%correct horse 42' -c "$1"; }

# The bytes that the share has under a name.
smb_sum() { smb "get $1 $WORK/got" >/dev/null && sha256sum <"$WORK/got"; }
