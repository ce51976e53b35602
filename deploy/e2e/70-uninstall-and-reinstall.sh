#!/usr/bin/env bash
# The chart goes, the database is deleted, the chart comes back: everything on the disks is there again, and nothing is done twice.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

installation=$(told configmap/homecloud-installation '{.data.id}')
database=$(told configmap/homecloud-installation '{.data.databaseNode}')
image=$(told statefulset/homecloud-postgres '{.spec.template.spec.containers[0].image}')
uid_of_photos() { api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid; }
volume=$(uid_of_photos)

it "A snapshot, a copy, and a letter that was restored from it and written on since."
wish snapshots.homecloud.io/first backuprepositories.homecloud.io/copies backupplans.homecloud.io/nightly <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Snapshot
metadata: {name: first}
spec: {volume: photos, pinned: true}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: {name: copies}
spec: {engine: rsync, url: "file:///var/lib/homecloud/copies", node: $(name_of 1)}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: nightly}
spec: {sources: [{volume: photos}], repository: copies, retention: {daily: 7}}
YAML
letter() { api "$1" /api/storage/v1/volumes/photos/files/letter.txt "${@:2}"; }
letter PUT '"dear aunt"' >/dev/null
run=$(run_of nightly)
wish <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: {name: the-letter}
spec: {run: $run, paths: [photos/letter.txt], overwrite: always}
YAML
k wait --for=jsonpath='{.status.state}'=Completed --timeout=180s restores.homecloud.io/the-letter >/dev/null || fail "nothing is restored"
letter PUT '"dear aunt, and uncle"' >/dev/null

delete_databases() {
  local number
  for number in "${!NODE[@]}"; do
    [[ $(name_of $((number + 1))) != "$database" ]] || on_node $((number + 1)) "$image" rm -rf /node/databases
  done
}

# Everything is as it was; the restore, which is done, least of all is carried out again. What a resource says that was kept may be
# of before, so the disks are asked until they answer.
all_is_there() {
  same "$(told configmap/homecloud-installation '{.data.id}')" "$installation" "the installation"
  expect 120 "the volume is there for kubectl" k get volumes.homecloud.io/photos
  ready pools.homecloud.io/home volumes.homecloud.io/photos
  expect 120 "the volume has its uid" says "$volume" uid_of_photos
  expect 120 "the diary is there" says 'Lake, boat, rain.' api GET /api/storage/v1/volumes/photos/files/diary.txt
  expect 120 "the snapshot is there" k get snapshots.homecloud.io/first
  ready snapshots.homecloud.io/first
  expect 120 "the diary of the snapshot is there" says 'Lake, boat, rain.' api GET /api/storage/v1/snapshots/first/files/diary.txt
  expect 120 "the share is there for kubectl" k get shares.homecloud.io/pictures
  ready shares.homecloud.io/pictures
  expect 120 "the diary is there over SMB" says 'Lake, boat, rain.' smb_file 1 pictures diary.txt
  expect 120 "the letter is there" says '"dear aunt, and uncle"' letter GET
}

it "The chart goes; kinds, resources and disks stay."
uninstall_homecloud
contains "$(kubectl get crd --output name)" volumes.homecloud.io "the kinds"
contains "$(k get homecloud --output name)" volume.homecloud.io/photos "the resources"

it "Somebody deletes the databases. Installed again, everything is adopted under its resource."
delete_databases
install_homecloud separate
all_is_there
ready backuprepositories.homecloud.io/copies backupplans.homecloud.io/nightly
expect 120 "the copy is known" api GET "/api/backup/v1/runs/$run"
expect 120 "the plan is known" api GET /api/backup/v1/plans/nightly
same "$(told restores.homecloud.io/the-letter '{.status.state}')" Completed "the restore"
later=$(run_of nightly)
same "$(api GET "/api/backup/v1/runs/$later/files/photos/letter.txt")" '"dear aunt, and uncle"' "the next copy"

it "This time the resources are deleted too; what is on the disks says enough."
uninstall_homecloud
delete_databases
k delete homecloud --all --timeout=60s >/dev/null
install_homecloud separate
all_is_there
