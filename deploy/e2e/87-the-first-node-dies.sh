#!/usr/bin/env bash
# The node dies on which the pool and the databases are. Its disk is put into the other one, and that is all there is.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
database=$(told configmap/homecloud-installation '{.data.databaseNode}')
same "$database" "$(name_of 1)" "the node of the databases"
second=$(name_of 2)
volume=$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)
disk=$(disk_of 1)
api POST "/api/sharing/v1/groups?wait=20s" '{"metadata": {"name": "choir"}, "spec": {}}' >/dev/null
is_kept() { api GET /api/storage/v1/documents/sharing/house | jq -e '.content.groups[] | select(.name == "choir")' >/dev/null; }
expect 30 "a group that is no custom resource is noted on the pool" is_kept

it "The node is dead; its disk is put into the other one, and Kubernetes is told."
node stop 1
node carry 1 2
kubectl delete node "$database" >/dev/null
DOOR=${NODE[1]}
rm -f -- "$WORK/token"
waits() { [[ $(told pod/homecloud-postgres-0 '{.status.phase}') == Pending ]]; }
expect 240 "PostgreSQL's pod is made anew, and waits for the node that is gone" waits

it "The databases start on the other node, empty."
helm upgrade homecloud "$CHART" --namespace "$NAMESPACE" --reset-then-reuse-values --set "databases.node=$second" >/dev/null
k delete pod homecloud-postgres-0 homecloud-kafka-0 --ignore-not-found >/dev/null
expect 240 "every pod is ready" k wait --for=condition=Ready pod --all --timeout=1s
expect 120 "the API answers" api GET /api/storage/v1/volumes

it "The pool is offered there, and adopted with all that is on it."
adopted() { api POST "/api/storage/v1/pools/adopt?node=$second" "{\"disks\": [\"$disk\"]}"; }
expect 240 "it is adopted" adopted
is_wished_there() { [[ $(told pools.homecloud.io/home '{.spec.node}') == "$second" ]]; }
expect 60 "its custom resource names the other node" is_wished_there
ready pools.homecloud.io/home volumes.homecloud.io/photos
same "$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)" "$volume" "the volume's uid"
same "$(api GET /api/storage/v1/volumes/photos/files/diary.txt)" 'Lake, boat, rain.' "the diary"
expect 60 "the group is back" api GET /api/sharing/v1/groups/choir
expect 120 "the share is ready" k wait --for=condition=Ready --timeout=1s shares.homecloud.io/pictures
same "$(smb_file 2 pictures diary.txt)" 'Lake, boat, rain.' "the diary over SMB, at the other node's address"

it "A new node comes in its place, and lets Anna in; the disk is carried there again, for those who would rather have it so."
api POST "/api/storage/v1/pools/home/export" "" >/dev/null
expect 60 "its custom resource goes with it" bash -c "! kubectl --namespace $NAMESPACE get pools.homecloud.io/home 2>/dev/null"
node carry 2 1 "$disk"
# A board that was never here has no keys and no passwords.
rm -rf --one-file-system -- "$(dirname -- "$KUBECONFIG")/node1/homecloud"
node start 1
kubectl label node --all --overwrite homecloud.io/node=true >/dev/null
expect 300 "every pod is ready" k wait --for=condition=Ready pod --all --timeout=1s
back() { api POST "/api/storage/v1/pools/adopt?node=$database" "{\"disks\": [\"$disk\"]}"; }
expect 60 "it is adopted there" back
expect 120 "the share is ready" k wait --for=condition=Ready --timeout=1s shares.homecloud.io/pictures
same "$(told shares.homecloud.io/pictures '{.status.urls.smb}')" "smb://$database/pictures" "its address"
same "$(smb_file 1 pictures diary.txt)" 'Lake, boat, rain.' "the diary over SMB"
