# shellcheck shell=bash
# After 10. Values change. Sharing waits until somebody chooses the moment, and its interruption is measured.

node=$(first_node)
before=$(k get pods --selector app.kubernetes.io/component=sharing --field-selector "spec.nodeName=$node" --output jsonpath='{.items[0].metadata.uid}')

chapter "storage is replaced, sharing is not, and the share serves all the time"
helm_upgrade --set-string storage.env.HOMECLOUD_STORAGE_SPACE_LOW_PERCENT=20 --set-string sharing.env.HOMECLOUD_SHARING_TRASH_KEPT=P14D
k rollout status daemonset/homecloud-storage --timeout=300s >/dev/null
expect "the setting" "$(k exec "$(pod_on "$node")" -- printenv HOMECLOUD_STORAGE_SPACE_LOW_PERCENT)" 20
expect "sharing" "$(k get pods --selector app.kubernetes.io/component=sharing --field-selector "spec.nodeName=$node" --output jsonpath='{.items[0].metadata.uid}')" "$before"
smb "$node" pictures 'anna%correct horse 42' 'ls' >/dev/null

chapter "who deletes the pod of sharing chooses the moment"
serves() { smb "$node" pictures 'anna%correct horse 42' 'ls' >/dev/null 2>&1; }
gone() { ! serves; }
k delete pod --selector app.kubernetes.io/component=sharing --field-selector "spec.nodeName=$node" --wait=false >/dev/null
eventually 60 gone
began=${EPOCHREALTIME/./}
eventually 120 serves
chapter "shares of $node were away for $(((${EPOCHREALTIME/./} - began) / 1000)) ms"

chapter "and back"
helm rollback homecloud --namespace "$NAMESPACE" --wait --timeout 10m >/dev/null
expect "the setting" "$(k exec "$(pod_on "$node")" -- printenv HOMECLOUD_STORAGE_SPACE_LOW_PERCENT || echo none)" none
eventually 60 serves
