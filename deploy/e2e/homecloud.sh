# shellcheck shell=bash
# More words for stories (lib.sh has the first ones): of homecloud, its chart and its people.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

readonly NAMESPACE=homecloud CHART=$ROOT/helm/homecloud ANNA='anna%correct horse 42'

k() { kubectl --namespace "$NAMESPACE" "$@"; }

# --- the chart -------------------------------------------------------------------------------------------------------------

# What this cluster needs to be told: images were imported, and the disks of its nodes are images.
values() {
  local images=()
  mapfile -t images < <(find "$(dirname -- "$KUBECONFIG")" -maxdepth 2 -name disk.img 2>/dev/null | sort)
  jq -n '{image: {pullPolicy: "Never"}, storage: {images: $ARGS.positional}}' --args "${images[@]}"
}

# install_homecloud TOPOLOGY: when it is not there. HELM_OPTIONS may say more.
HELM_OPTIONS=()
install_homecloud() {
  kubectl label node --all --overwrite homecloud.io/node=true >/dev/null
  if ! helm status homecloud --namespace "$NAMESPACE" >/dev/null 2>&1; then
    values >"$WORK/values.yaml"
    helm install homecloud "$CHART" --namespace "$NAMESPACE" --create-namespace --values "$WORK/values.yaml" --set "topology=$1" --wait --timeout 10m "${HELM_OPTIONS[@]}" >/dev/null ||
      fail "the chart is not installed: $(k get pods 2>&1)"
    all_ready
  fi
  k wait --for=condition=Ready pod --all --timeout=300s >/dev/null || fail "not every pod is ready: $(k get pods 2>&1)"
}

upgrade_homecloud() { helm upgrade homecloud "$CHART" --namespace "$NAMESPACE" --reset-then-reuse-values --wait --timeout 10m "$@" >/dev/null; }

uninstall_homecloud() {
  helm uninstall homecloud --namespace "$NAMESPACE" --wait --timeout 5m >/dev/null
  rm -f -- "$WORK/token"
  expect 120 "its pods are gone" bash -c "[[ -z \$(kubectl --namespace $NAMESPACE get pods --output name) ]]"
}

# Every pod is ready, and none had to be started twice.
all_ready() {
  k wait --for=condition=Ready pod --all --timeout=300s >/dev/null || fail "not every pod is ready: $(k get pods 2>&1)"
  same "$(k get pods --output jsonpath='{.items[*].status.containerStatuses[*].restartCount}' | tr -d ' 0')" "" "restarts"
}

# --- resources -------------------------------------------------------------------------------------------------------------

# Resources from standard input; what is named is waited for: wish volumes.homecloud.io/photos … <<YAML
wish() {
  k apply --filename - >/dev/null
  (($# == 0)) || ready "$@"
}

ready() {
  local resource
  for resource in "$@"; do
    k wait --for=condition=Ready --timeout=120s "$resource" >/dev/null 2>"$WORK/wait" ||
      fail "$resource is not ready: $(k get "$resource" --output jsonpath='{.status.conditions}' 2>&1)"
  done
}

# Takes away resources of a story, a pool last: its disk is free for the next one then.
forget() {
  local resource
  for resource in "$@"; do
    k delete "$resource" --timeout=120s >/dev/null
    # A pool that is asked to go while its volumes are still there comes back.
    case $resource in
      shares.*) expect 120 "share ${resource#*/} is let go of" is_unknown "/api/sharing/v1/shares/${resource#*/}" ;;
      volumes.* | pools.*) expect 120 "${resource%%s.*} ${resource#*/} is let go of" is_unknown "/api/storage/v1/${resource%%.*}/${resource#*/}" ;;
    esac
  done
}
is_unknown() { [[ $(answer "$1" --header "Authorization: Bearer $(token)") == 404 ]]; }

# told RESOURCE JSONPATH
told() { k get "$1" --output "jsonpath=$2"; }

# --- nodes -----------------------------------------------------------------------------------------------------------------

# The name of a node, by its number from 1.
name_of() { kubectl get nodes --output jsonpath="{.items[$(($1 - 1))].metadata.name}"; }

# The pod on a node that has storage, alone or with the others.
storage_on() {
  k get pods --selector 'app.kubernetes.io/component in (storage, compact)' --field-selector "spec.nodeName=$(name_of "$1")" \
    --output jsonpath='pod/{.items[0].metadata.name}'
}

# The disk of a node, as the node calls it.
disk_of() { k exec "$(storage_on "$1")" -- sh -c 'ls /dev/loop[0-9]* /dev/sd? /dev/nvme?n? 2>/dev/null; :' | head -n 1; }

# on_node NUMBER IMAGE COMMAND…: as root on a node, with homecloud's directory there as /node; for what nobody of homecloud does.
on_node() {
  local node image=$2
  node=$(name_of "$1")
  shift 2
  jq -n --arg node "$node" --arg image "$image" '{apiVersion: "v1", kind: "Pod", metadata: {name: "on-node"}, spec: {nodeName: $node, restartPolicy: "Never",
    containers: [{name: "on-node", image: $image, imagePullPolicy: "Never", command: $ARGS.positional, securityContext: {runAsUser: 0},
      volumeMounts: [{name: "node", mountPath: "/node"}]}], volumes: [{name: "node", hostPath: {path: "/var/lib/homecloud"}}]}}' --args -- "$@" | wish
  k wait --for=jsonpath='{.status.phase}'=Succeeded pod/on-node --timeout=60s >/dev/null || fail "on $node: $* did not succeed: $(k logs on-node 2>&1)"
  k delete pod on-node >/dev/null
}

# --- doors -----------------------------------------------------------------------------------------------------------------

# The address at which the API is asked: any node's will do.
DOOR=${NODE[0]}

# An administrator's token, made anew when the last one is ten minutes old.
token() {
  local file=$WORK/token
  if [[ ! -s $file || $(($(date +%s) - $(stat -c %Y "$file"))) -gt 600 ]]; then
    k exec "$(storage_on 1)" -- homecloud-token >"$file.new"
    mv -- "$file.new" "$file"
  fi
  cat -- "$file"
}

# api METHOD PATH [JSON]: through Traefik, as from a laptop. Prints what is answered, also when it is a refusal.
api() {
  curl --silent --show-error --fail-with-body --insecure --max-time 300 --request "$1" --header "Authorization: Bearer $(token)" \
    ${3:+--json "$3"} "https://$DOOR$2"
}

# answer PATH [CURL OPTION]…: the status alone.
answer() { curl --silent --insecure --max-time 60 --output /dev/null --write-out '%{http_code}' "${@:2}" "https://$DOOR$1"; }

# smb NODE SHARE ACCOUNT%PASSWORD COMMANDS: from outside of the cluster.
smb() { smbclient "//${NODE[$(($1 - 1))]}/$2" --user "$3" --timeout 20 --debuglevel "${SMB_WORDS:-0}" --command "$4"; }

# What a file in a share holds, or why it cannot be had.
smb_file() {
  local said
  # At level 0 it ends without a word when there is no connection.
  if said=$(SMB_WORDS=1 smb "$1" "$2" "$ANNA" "get $3 $WORK/from-smb" 2>&1); then cat -- "$WORK/from-smb"; else
    echo "not to be had: $said; its servers: $(api GET "/api/sharing/v1/servers?node=$(name_of "$1")" 2>&1)"
  fi
}

# --- people ----------------------------------------------------------------------------------------------------------------

# Anna with a share on the first node and a diary in it: where most stories begin. Story 20 tells it slowly.
household() {
  wish pools.homecloud.io/home volumes.homecloud.io/photos accounts.homecloud.io/anna <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Pool
metadata: {name: home}
spec: {node: $(name_of 1), disks: ["$(disk_of 1)"], erase: true}
---
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: photos}
spec: {pool: home, quota: 1Gi}
---
apiVersion: homecloud.io/v1alpha1
kind: Account
metadata: {name: anna}
spec: {displayName: Anna, role: administrator}
---
apiVersion: homecloud.io/v1alpha1
kind: Share
metadata: {name: pictures}
spec: {volume: photos, protocols: [smb, webdav], previousVersions: true, access: [{account: anna, level: write}]}
YAML
  # Refused until it is known that her account names no Secret any more, as a story before may have had it.
  expect 30 "Anna has her password" api PUT /api/sharing/v1/accounts/anna/password "{\"password\": \"${ANNA#*%}\"}"
  ready shares.homecloud.io/pictures
  echo 'Lake, boat, rain.' >"$WORK/diary.txt"
  # Samba may know a new password a little later; who guesses ten times in a quarter of an hour is locked out.
  # shellcheck disable=SC2317 # expect calls it
  put_diary() { smb 1 pictures "$ANNA" "lcd $WORK; put diary.txt" >/dev/null || { sleep 15 && false; }; }
  expect 90 "the diary is there" put_diary
}

# A plan is run to its end; prints the run.
run_of() {
  local run
  run=$(api POST "/api/backup/v1/plans/$1/run?wait=5m" | jq -r .metadata.name)
  same "$(api GET "/api/backup/v1/runs/$run" | jq -r '.status.state + " " + (.status.message // "")')" "Completed " "the run"
  echo "$run"
}

# A pool on the second node with a volume of that name; forget volumes.… pools.homecloud.io/attic takes it away. By HTTP, since no
# manifest erases the pool that a story before has left on the disk.
attic() {
  api POST '/api/storage/v1/pools?wait=60s' \
    '{"metadata": {"name": "attic"}, "spec": {"node": "'"$(name_of 2)"'", "disks": ["'"$(disk_of 2)"'"], "erase": true}}' >/dev/null
  expect 60 "the pool is there for kubectl" k get pools.homecloud.io/attic
  wish pools.homecloud.io/attic "volumes.homecloud.io/$1" <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: $1}
spec: {pool: attic}
YAML
}

# A letter in a pool on the second node, and a plan that copies it to the share on the first one, encrypted; run is the first one.
# forget backupplans.homecloud.io/letters backuprepositories.homecloud.io/letters volumes.… pools.homecloud.io/attic takes it away.
letters_copied() {
  attic letters
  api PUT /api/storage/v1/volumes/letters/files/aunt.txt '"dear aunt"' >/dev/null
  curl --silent --fail --insecure "https://${NODE[0]}:8443/homecloud-ca.crt" >"$WORK/ca.crt"
  k create secret generic keeper --from-literal password="${ANNA#*%}" --from-literal passphrase='rain on the lake' --from-file certificates="$WORK/ca.crt" \
    --dry-run=client --output yaml | wish
  wish backuprepositories.homecloud.io/letters backupplans.homecloud.io/letters <<YAML
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: {name: letters}
spec:
  engine: duplicity
  url: "webdavs://anna@${NODE[0]}:8443/dav/pictures/letters"
  secretRef: keeper
  encryption: {mode: symmetric, keyRef: keeper}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: letters}
spec: {sources: [{volume: letters}], repository: letters, retention: {daily: 7}}
YAML
  # shellcheck disable=SC2034 # for the story
  run=$(run_of letters)
}
