#!/usr/bin/env bash
# A copy to a volume on the other node, and back from there.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

it "A volume on the other node, to copy to."
with_household
head -c 5M /dev/urandom >"$WORK/film"
smb "put $WORK/film film.bin" >/dev/null
apply - <<'YAML'
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: { name: copies, namespace: homecloud }
spec: { pool: pool2 }
YAML
ready 60 volumes.homecloud.io/copies
place=$(hc get volumes.homecloud.io/copies -o jsonpath='{.status.path}')

it "A plan, and its first run."
apply - <<YAML
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: { name: other-node, namespace: homecloud }
spec: { engine: rsync, url: "file://$place/repository" }
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: { name: nightly, namespace: homecloud }
spec: { sources: [{ volume: photos }], repository: other-node, schedule: "30 3 * * *" }
YAML
ready 60 backuprepositories.homecloud.io/other-node
run=$(api POST "/api/backup/v1/plans/nightly/run?wait=5m" -m 330 | jq -r .metadata.name)
same "$(api GET "/api/backup/v1/runs/$run" | jq -r .status.state)" Completed "the run"

it "The film is lost, and comes back."
smb "del film.bin" >/dev/null
apply - <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: { name: film-is-back, namespace: homecloud }
spec: { run: $run, paths: [photos/film.bin] }
YAML
ready 120 restores.homecloud.io/film-is-back
same "$(smb_sum film.bin)" "$(sha256sum <"$WORK/film")" "the film"
