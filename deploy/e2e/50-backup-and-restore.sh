#!/usr/bin/env bash
# Copies are made, and what is restored is what was there.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "A repository, a plan and a run of it."
wish backuprepositories.homecloud.io/copies backupplans.homecloud.io/nightly <<YAML
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
run=$(api POST '/api/backup/v1/plans/nightly/run?wait=5m' | jq -r .metadata.name)
same "$(api GET "/api/backup/v1/runs/$run" | jq -r .status.state)" Completed "the run"
same "$(api GET "/api/backup/v1/runs/$run/files/photos/diary.txt")" 'Lake, boat, rain.' "the copy"

it "A restore into a new volume, asked for with kubectl."
wish <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: {name: as-it-was}
spec: {run: $run, target: {newVolume: {name: photos-again, pool: home}}}
YAML
restored() { [[ $(api GET /api/storage/v1/volumes/photos-again/files/diary.txt) == 'Lake, boat, rain.' ]]; }
expect 120 "the diary is in it" restored
expect 30 "the new volume is there for kubectl" k get volumes.homecloud.io/photos-again
