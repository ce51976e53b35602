#!/usr/bin/env bash
# A node is switched off and on, then both at once: a power cut.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
is_served() { [[ $(smb_file 1 pictures diary.txt) == 'Lake, boat, rain.' ]]; }
node_is() { [[ $(kubectl get node "$(name_of 2)" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}') == "$1" ]]; }

it "The second node is switched off; the first serves on."
node stop 2
expect 10 "the share is served" is_served
expect 120 "Kubernetes has noticed" node_is Unknown
expect 60 "the API answers" api GET /api/storage/v1/volumes

it "It is switched on, and everything on it is ready again."
node start 2
expect 60 "the node is Ready" node_is True
expect 300 "its pods are ready" k wait --for=condition=Ready pod --all --timeout=1s

it "A power cut, of both at once; this long until the share is served, without anybody's help."
"$ROOT/homecloud" cluster power-cut
! is_served || fail "the share is served without power"
began=$SECONDS
"$ROOT/homecloud" cluster start
expect 300 "the diary can be read" is_served
echo "    $((SECONDS - began)) s from power to share"
expect 300 "every pod is ready" k wait --for=condition=Ready pod --all --timeout=1s
rm -f "$WORK/token"
expect 60 "the API answers" api GET /api/storage/v1/volumes
ready pools.homecloud.io/home volumes.homecloud.io/photos shares.homecloud.io/pictures
