#!/usr/bin/env bash
# A file is lost and comes back: a snapshot, and a rollback in place while the share is there.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "A snapshot; then the diary is deleted, and a list is written."
wish snapshots.homecloud.io/before-tidying <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Snapshot
metadata: {name: before-tidying}
spec: {volume: photos, pinned: true}
YAML
echo 'A shopping list' >"$WORK/list.txt"
smb 1 pictures "$ANNA" "lcd $WORK; del diary.txt; put list.txt" >/dev/null

it "Rolled back in place."
task=$(api POST /api/storage/v1/volumes/photos/rollback '{"snapshot": "before-tidying"}' | jq -r .id)
same "$(api GET "/api/storage/v1/tasks/$task?wait=4m" | jq -r .state)" Completed "the task"
same "$(smb_file 1 pictures diary.txt)" 'Lake, boat, rain.' "the diary"
! smb 1 pictures "$ANNA" 'ls list.txt' >/dev/null 2>&1 || fail "the list is still there"

it "A resource that goes is released: it stays away, and the snapshot itself stays on the disk."
k delete snapshots.homecloud.io/before-tidying --timeout=60s >/dev/null
sleep 20 # what is needed still comes back after ten seconds
! k get snapshots.homecloud.io/before-tidying >/dev/null 2>&1 || fail "the resource has come back"
same "$(api GET /api/storage/v1/snapshots/before-tidying | jq -r .spec.pinned)" true "whether the snapshot is pinned"
contains "$(k exec "$(storage_on 1)" -- btrfs subvolume list -s /var/lib/homecloud/pools/home)" @snapshots/ "the snapshots of the pool"
