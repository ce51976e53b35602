#!/usr/bin/env bash
# Pool, volume, account and share with kubectl; a file put from outside with smbclient, and read again.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

it "A pool on each node, a volume, a person and a share, with kubectl."
with_household
hc get homecloud

it "A file is put from outside, and is what it was when it is read again."
head -c 20M /dev/urandom >"$WORK/lake.jpg"
expect 60 "lake.jpg is put" smb "put $WORK/lake.jpg lake.jpg"
same "$(smb_sum lake.jpg)" "$(sha256sum <"$WORK/lake.jpg")" "lake.jpg"

it "Who has no account gets nothing."
! smbclient "//${NODE[0]}/pictures" -U 'anna%wrong' -c ls >/dev/null 2>&1 || fail "a wrong password was taken"

it "What is wrong is refused by the API server, with a sentence."
said=$(apply - <<'YAML' 2>&1 || :
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: { name: odd, namespace: homecloud }
spec: { pool: pool1, quota: many }
YAML
)
contains "$said" "quota" "what the API server says"
