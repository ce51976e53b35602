#!/usr/bin/env bash
# A snapshot, a mistake, and back.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

it "A letter, and a snapshot of it."
with_household
echo "dear aunt" >"$WORK/letter"
smb "put $WORK/letter letter.txt" >/dev/null
before=$(smb_sum letter.txt)
apply - <<'YAML'
apiVersion: homecloud.io/v1alpha1
kind: Snapshot
metadata: { name: before-the-mistake, namespace: homecloud }
spec: { volume: photos }
YAML
ready 60 snapshots.homecloud.io/before-the-mistake

it "The letter is written over."
echo "oops" >"$WORK/letter"
smb "put $WORK/letter letter.txt" >/dev/null
[[ $(smb_sum letter.txt) != "$before" ]] || fail "the letter did not change"

it "Rolled back, it is what it was."
api POST "/api/storage/v1/volumes/photos/rollback?wait=60s" --json '{"snapshot": "before-the-mistake"}' >/dev/null
expect 60 "the share serves again" smb ls
same "$(smb_sum letter.txt)" "$before" "the letter"
