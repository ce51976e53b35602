#!/usr/bin/env bash
# A copy to a volume on the other node, and back from there. Not told yet: a repository is on the node of what is copied, or reached over the network.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
head -c 5M /dev/urandom >"$WORK/film.bin"
smb 1 pictures "$ANNA" "lcd $WORK; put film.bin" >/dev/null

it "A volume on the other node, to copy to."
wish pools.homecloud.io/attic volumes.homecloud.io/copies <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Pool
metadata: {name: attic}
spec: {node: $(name_of 2), disks: ["$(disk_of 2)"], erase: true}
---
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: copies}
spec: {pool: attic}
YAML
place=$(api GET /api/storage/v1/volumes/copies | jq -r .status.mountPath)

it "A plan, and its first run."
wish backuprepositories.homecloud.io/other-node backupplans.homecloud.io/over <<YAML
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: {name: other-node}
spec: {engine: rsync, url: "file://$place/repository"}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: over}
spec: {sources: [{volume: photos}], repository: other-node}
YAML
run=$(api POST '/api/backup/v1/plans/over/run?wait=4m' | jq -r .metadata.name)
same "$(api GET "/api/backup/v1/runs/$run" | jq -r .status.state)" Completed "the run"

it "The film is lost, and comes back."
smb 1 pictures "$ANNA" 'del film.bin' >/dev/null
wish <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: {name: film-is-back}
spec: {run: $run, paths: [photos/film.bin]}
YAML
is_back() { smb 1 pictures "$ANNA" "get film.bin $WORK/got" >/dev/null && cmp "$WORK/got" "$WORK/film.bin"; }
expect 120 "the film is back, byte by byte" is_back
