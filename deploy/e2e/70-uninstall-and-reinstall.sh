# shellcheck shell=bash
# After 10. The chart goes, the database is deleted, the chart comes back: everything on the disks is there again.

identity=$(k get configmap homecloud-installation --output jsonpath='{.data.id}')
home=$(k get configmap homecloud-installation --output jsonpath='{.data.databaseNode}')
uid=$(status volumes.homecloud.io/photos '{.metadata.annotations.homecloud\.io/uid}')

chapter "before it goes, the databases are emptied"
k exec statefulset/homecloud-postgres -- true
helm uninstall homecloud --namespace "$NAMESPACE" --wait --timeout 5m >/dev/null
forget_token
expect "what is left of the pods" "$(k get pods --output name)" ""
expect "the kinds" "$(kubectl get crd volumes.homecloud.io --output name)" customresourcedefinition.apiextensions.k8s.io/volumes.homecloud.io
# A pod of the node's own, since nobody of homecloud is there any more.
k run forget --image="$(helm template homecloud "$CHART" --values "$E2E_VALUES" --kube-version 1.34.0 | sed -n 's|^ *image: \(.*/homecloud-postgres:.*\)|\1|p' | head -n 1)" --restart=Never --overrides "$(
  cat <<JSON
{"spec": {"nodeName": "$home", "containers": [{"name": "forget", "image": "$(helm template homecloud "$CHART" --values "$E2E_VALUES" --kube-version 1.34.0 | sed -n 's|^ *image: \(.*/homecloud-postgres:.*\)|\1|p' | head -n 1)",
  "imagePullPolicy": "Never", "command": ["rm", "-rf", "/node/databases"], "securityContext": {"runAsUser": 0}, "volumeMounts": [{"name": "node", "mountPath": "/node"}]}],
  "volumes": [{"name": "node", "hostPath": {"path": "/var/lib/homecloud"}}]}}
JSON
)" >/dev/null
k wait --for=jsonpath='{.status.phase}'=Succeeded pod/forget --timeout=60s >/dev/null
k delete pod forget >/dev/null

chapter "installed again"
helm_install
all_ready
expect "the installation" "$(k get configmap homecloud-installation --output jsonpath='{.data.id}')" "$identity"

chapter "everything is adopted, and is what it was"
ready pools.homecloud.io/home volumes.homecloud.io/photos
expect "the volume" "$(status volumes.homecloud.io/photos '{.metadata.annotations.homecloud\.io/uid}')" "$uid"
expect "the file" "$(api GET /api/storage/v1/volumes/photos/files/2026/diary.txt)" 'Lake, boat, rain.'
ready shares.homecloud.io/pictures
expect "Anna's password" "$(smb "$(first_node)" pictures 'anna%correct horse 42' 'get 2026/diary.txt -' 2>/dev/null | head -n 1)" 'Lake, boat, rain.'
