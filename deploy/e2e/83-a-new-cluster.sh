#!/usr/bin/env bash
# The cluster is lost, and with it whatever the nodes kept beside their disks: docs/how-to/recover-on-k3s.md, with what it says
# to keep. Everybody finds everything again, signs in as before, and encrypted copies can be read.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "A pinned snapshot, a schedule, a quota, a pool on the second node, and encrypted copies of its letters on the first."
wish snapshots.homecloud.io/summer snapshotschedules.homecloud.io/daily <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Snapshot
metadata: {name: summer}
spec: {volume: photos, pinned: true}
---
apiVersion: homecloud.io/v1alpha1
kind: SnapshotSchedule
metadata: {name: daily}
spec: {volume: photos, schedule: "0 3 * * *", retention: {daily: 7}}
YAML
letters_copied
count() { api GET '/api/storage/v1/volumes?limit=1000' | jq '.items | length'; }
volumes=$(count)
uid_of() { api GET "/api/storage/v1/volumes/$1" | jq -r .metadata.uid; }
photos=$(uid_of photos) letters=$(uid_of letters)

it "What is kept elsewhere: keys, and the resources as text."
nodes=$(dirname -- "$KUBECONFIG")
k get secrets,configmaps --selector 'owner!=helm' --field-selector metadata.name!=kube-root-ca.crt --output yaml >"$WORK/secrets.yaml"
for node in 1 2; do tar -C "$nodes/node$node/homecloud" -czf "$WORK/node-secrets-$node.tgz" secrets; done
k get pools.homecloud.io,volumes.homecloud.io,snapshots.homecloud.io,snapshotschedules.homecloud.io,accounts.homecloud.io,shares.homecloud.io,backuprepositories.homecloud.io,backupplans.homecloud.io \
  --output yaml | grep -vE '^    (uid|resourceVersion): ' >"$WORK/household.yaml"

it "The cluster is lost, a new one is made of the same boards and disks."
"$ROOT/homecloud" cluster anew
rm -f -- "$WORK/token"
! kubectl get namespace homecloud >/dev/null 2>&1 || fail "it is no new cluster"

it "Keys first, then the chart."
kubectl create namespace homecloud >/dev/null
k apply -f "$WORK/secrets.yaml" >/dev/null
for node in 1 2; do tar -C "$nodes/node$node/homecloud" -xzf "$WORK/node-secrets-$node.tgz"; done
HELM_OPTIONS=(--take-ownership)
install_homecloud separate

it "Pools, volumes, snapshots, schedules and shares are there again, as they were."
for resource in pools.homecloud.io/home pools.homecloud.io/attic volumes.homecloud.io/photos volumes.homecloud.io/letters snapshots.homecloud.io/summer \
  snapshotschedules.homecloud.io/daily accounts.homecloud.io/anna shares.homecloud.io/pictures backuprepositories.homecloud.io/letters \
  backupplans.homecloud.io/letters; do
  expect 120 "$resource is there" k get "$resource"
done
ready pools.homecloud.io/{home,attic} volumes.homecloud.io/{photos,letters} snapshots.homecloud.io/summer shares.homecloud.io/pictures
same "$(uid_of photos) $(uid_of letters)" "$photos $letters" "the volumes' uids"
same "$(told snapshots.homecloud.io/summer '{.spec.pinned}')" true "the pin"
same "$(told volumes.homecloud.io/photos '{.spec.quota}')" 1Gi "the quota"
same "$(api GET /api/storage/v1/snapshots/summer/files/diary.txt)" 'Lake, boat, rain.' "the diary of the snapshot"
same "$(api GET /api/storage/v1/volumes/letters/files/aunt.txt)" '"dear aunt"' "the letter"

it "Anna signs in with her own password."
is_served() { [[ $(smb_file 1 pictures diary.txt) == 'Lake, boat, rain.' ]]; }
expect 60 "the diary can be read" is_served

it "The resources that were kept are applied; nothing is made twice, and the old copy can be read."
# kubectl warns that others have made what is there.
wish pools.homecloud.io/home volumes.homecloud.io/photos <"$WORK/household.yaml" 2>"$WORK/warnings"
ready backuprepositories.homecloud.io/letters backupplans.homecloud.io/letters
same "$(uid_of photos) $(uid_of letters)" "$photos $letters" "the volumes' uids"
same "$(count)" "$volumes" "the number of volumes"
expect 120 "the copy is known" api GET "/api/backup/v1/runs/$run"
same "$(api GET "/api/backup/v1/runs/$run/files/letters/aunt.txt")" '"dear aunt"' "the copy"
later=$(run_of letters)
same "$(api GET "/api/backup/v1/runs/$later/files/letters/aunt.txt")" '"dear aunt"' "the next copy"

forget backupplans.homecloud.io/letters backuprepositories.homecloud.io/letters snapshotschedules.homecloud.io/daily
forget volumes.homecloud.io/letters pools.homecloud.io/attic
