# shellcheck shell=bash
# After 10. Copies go to a disk of their own, and what is restored is what was there.

node=$(first_node)
# A disk that somebody has plugged in and formatted: an image beside the pools, in the container that may mount.
copies=/var/lib/homecloud/e2e-copies
k exec "$(pod_on "$node")" -- install -d "$copies"

apply backuprepositories.homecloud.io/usb backupplans.homecloud.io/nightly <<YAML
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: {name: usb}
spec: {engine: rsync, url: "file://$copies/homecloud"}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: nightly}
spec: {sources: [{volume: photos}], repository: usb, retention: {daily: 7}}
YAML

chapter "a run"
run=$(api POST '/api/backup/v1/plans/nightly/run?wait=5m' | jq -r .metadata.name)
expect "the run" "$(api GET "/api/backup/v1/runs/$run" | jq -r .status.state)" Completed

chapter "what was copied is what was there"
expect "the copy" "$(api GET "/api/backup/v1/runs/$run/files/photos/2026/diary.txt")" 'Lake, boat, rain.'

chapter "restored beside the original, byte for byte"
apply <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: {name: as-it-was}
spec: {run: $run, target: {newVolume: {name: photos-again, pool: home}}}
YAML
restored() { api GET /api/storage/v1/volumes/photos-again/files/photos/2026/diary.txt || api GET /api/storage/v1/volumes/photos-again/files/2026/diary.txt; }
came_back() { [[ $(restored 2>/dev/null) == 'Lake, boat, rain.' ]]; }
eventually 120 came_back
eventually 30 k get volumes.homecloud.io/photos-again
