#!/usr/bin/env bash
# What homecloud's accounts may do in the cluster is what they do: nothing was refused, and nothing is granted that nobody used.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

AUDIT=$(dirname -- "$KUBECONFIG")/log/audit.log

install_homecloud separate
household

it "Everything that a kind can be asked for, by HTTP: made, changed and taken away."
everything=(storage/snapshots:now storage/snapshot-schedules:hourly sharing/shares:films backup/restores:back backup/plans:daily backup/repositories:spare
  sharing/accounts:emma storage/volumes:films storage/pools:spare)
declare -A WISH=(
  [storage/pools]='{"node": "'"$(name_of 2)"'", "disks": ["'"$(disk_of 2)"'"], "erase": true}'
  [storage/volumes]='{"pool": "spare"}'
  [storage/snapshots]='{"volume": "photos"}'
  [storage/snapshot-schedules]='{"volume": "photos", "schedule": "0 * * * *", "retention": {"hourly": 2}}'
  [sharing/accounts]='{"displayName": "Emma", "passwordSecretRef": {"name": "spare"}}'
  [sharing/shares]='{"volume": "films", "protocols": ["smb"], "guests": "read"}'
  [backup/repositories]='{"engine": "duplicity", "url": "file:///var/lib/homecloud/spare", "node": "'"$(name_of 1)"'", "encryption": {"mode": "symmetric", "keyRef": "spare"}}'
  [backup/plans]='{"sources": [{"volume": "photos"}], "repository": "spare", "retention": {"last": 2}}'
)
k create secret generic spare --from-literal password='rain on the lake' --from-literal passphrase='rain on the roof' --dry-run=client --output yaml | wish
kinds() { printf '/api/%s/v1/%s' "${1%%/*}" "${1#*/}"; }
for ((i = ${#everything[@]} - 1; i >= 0; i--)); do
  kind=${everything[$i]%%:*} name=${everything[$i]#*:}
  if [[ $kind == backup/restores ]]; then
    run=$(api POST '/api/backup/v1/plans/daily/run?wait=4m' | jq -r .metadata.name)
    WISH[$kind]="{\"run\": \"$run\", \"target\": {\"volume\": \"photos\", \"path\": \"back\"}}"
  fi
  jq -n --arg name "$name" --argjson spec "${WISH[$kind]}" '{metadata: {$name}, spec: $spec}' >"$WORK/wish.json"
  api POST "$(kinds "$kind")?wait=4m" "@$WORK/wish.json" >/dev/null
  jq '.metadata.labels = {"what": "everything"}' "$WORK/wish.json" >"$WORK/other.json"
  # What was asked of a restore stands.
  [[ $kind == backup/restores ]] || api PUT "$(kinds "$kind")/$name" "@$WORK/other.json" >/dev/null
done
for one in "${everything[@]}"; do
  api DELETE "$(kinds "${one%%:*}")/${one#*:}?wait=60s" "" >/dev/null
  # A pool with something in its trash stays.
  [[ $one != storage/volumes:* ]] || api DELETE "/api/storage/v1/trash/$(api GET /api/storage/v1/trash | jq -r '.items[] | select(.spec.volume == "films") | .metadata.name')?wait=60s" "" >/dev/null
done
k delete secret spare >/dev/null

it "And with kubectl."
wish volumes.homecloud.io/short-lived <<<'{"apiVersion": "homecloud.io/v1alpha1", "kind": "Volume", "metadata": {"name": "short-lived"}, "spec": {"pool": "home"}}'
k delete volumes.homecloud.io/short-lived >/dev/null

it "The keys that tokens are signed with are changed."
keys_of() { k get secret homecloud-sign-in --output jsonpath='{.data}'; }
before=$(keys_of)
are_changed() { [[ $(keys_of) != "$before" ]]; }
api POST /api/sharing/v1/sign-in/keys "" >/dev/null
expect 30 "the new keys are those of all" are_changed

# One line for each thing done or granted: account verb group/resource name.
used() {
  jq -rR 'fromjson? | select(.objectRef != null and (.responseStatus.code // 0) < 400) | .user.username |= split(":")[3]
    | .objectRef as $on | ([$on.resource, $on.subresource] | map(values) | join("/")) as $resource
    # An apply that makes the object needs the right to create, and is one request.
    | (.verb, (select(.verb == "patch" and .responseStatus.code == 201) | "create")) as $verb
    | "\(.user.username) \($verb) \($on.apiGroup // "")/\($resource) \($on.name // "-")"' "$AUDIT" | sort -u
}
granted() {
  { k get roles.rbac.authorization.k8s.io --output json; kubectl get clusterroles.rbac.authorization.k8s.io --output json; } |
    jq -r --arg namespace "$NAMESPACE" '.items[] | select(.metadata.labels["app.kubernetes.io/name"] == "homecloud")
      | (if .kind == "ClusterRole" then .metadata.name | ltrimstr($namespace + "-") else .metadata.name end) as $account
      | .rules[] | .verbs[] as $verb | .apiGroups[] as $group | .resources[] as $resource | (.resourceNames // ["*"])[] as $name
      | "\($account) \($verb) \($group)/\($resource) \($name)"' | sort -u
}

it "Nothing was refused."
# Pods outlive the rights of a chart that is uninstalled by some seconds; and what is asked in the instant that they go waits for its turn.
refused() {
  jq -rR --arg namespace "$NAMESPACE" 'fromjson? | .requestReceivedTimestamp as $at
    | if .responseStatus.code == 403 then "\($at) \((.user.username | split(":")[3]) // .user.username) refused \(.verb) \(.requestURI)"
      elif (.objectRef.resource // "" | test("^(cluster)?rolebindings$")) and (.responseStatus.code // 0) < 400 and (.verb | IN("create", "patch", "delete"))
      then "\(if .verb == "delete" then $at[:19] + "Z" | fromdate - 5 | todate else $at end) \(.objectRef | if .resource == "rolebindings" then .name else .name // "" | ltrimstr($namespace + "-") end) \(.verb)" else empty end' "$AUDIT" | sort |
    awk '$3 != "refused" { last[$2] = $3; next } last[$2] != "delete" { print $2, $4, $5 }' | sort -u
}
same "$(refused)" "" "refused"

it "Nothing is granted that was not used."
used >"$WORK/used"
granted >"$WORK/granted"
# What is there once for all of them, whoever is first makes and changes, and everybody has to be able to.
sed -n -E 's/^[^ ]+ (create|update) \/secrets homecloud-sign-in$/\1/p' "$WORK/used" | sort -u >"$WORK/keys"
while read -r verb; do
  awk -v verb="$verb" '{ print $1, verb, "/secrets", "homecloud-sign-in" }' "$WORK/granted" | sort -u
done <"$WORK/keys" >>"$WORK/used"
(($(wc -l <"$WORK/granted") > 40)) || fail "these cannot be all rights: $(cat "$WORK/granted")"
# What a grant by name covers says nothing of one of all names beside it.
in_vain() {
  awk 'pass == 1 { named[$0]; next }
    pass == 2 { done[$0]; if (!($0 in named)) done[$1 " " $2 " " $3 " *"]; next }
    !($0 in done)' pass=1 "$2" pass=2 "$1" pass=3 "$2"
}
same "$(in_vain "$WORK/used" "$WORK/granted")" "" "granted in vain"
