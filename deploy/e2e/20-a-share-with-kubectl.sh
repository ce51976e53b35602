#!/usr/bin/env bash
# Anna gets a share, with nothing but kubectl and a password; a file is put into it from a laptop.
# the others stand on it
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate

it "A pool of the first node's disk, and a volume on it."
wish pools.homecloud.io/home volumes.homecloud.io/photos <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Pool
metadata: {name: home}
spec: {node: $(name_of 1), disks: ["$(disk_of 1)"], erase: true}
---
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: photos}
spec: {pool: home, quota: 1Gi}
YAML

it "An account, and a share for it, which is ready as soon as somebody can use it."
wish accounts.homecloud.io/anna <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Account
metadata: {name: anna}
spec: {displayName: Anna, role: administrator}
---
apiVersion: homecloud.io/v1alpha1
kind: Share
metadata: {name: pictures}
spec: {volume: photos, protocols: [smb, webdav], previousVersions: true, access: [{account: anna, level: write}]}
YAML
api PUT /api/sharing/v1/accounts/anna/password '{"password": "correct horse 42"}' >/dev/null
ready shares.homecloud.io/pictures

it "A file is put into it from outside of the cluster, and is the same through every door."
echo 'Lake, boat, rain.' >"$WORK/diary.txt"
smb 1 pictures "$ANNA" "lcd $WORK; put diary.txt" >/dev/null
same "$(smb_file 1 pictures diary.txt)" 'Lake, boat, rain.' "over SMB"
same "$(api GET /api/storage/v1/volumes/photos/files/diary.txt)" 'Lake, boat, rain.' "over the API"
same "$(curl -sk -m 60 --user "${ANNA/\%/:}" "https://${NODE[0]}:8443/dav/pictures/diary.txt")" 'Lake, boat, rain.' "over WebDAV"

it "Nobody gets in with another password."
! smb 1 pictures 'anna%wrong' ls >/dev/null 2>&1 || fail "a wrong password lets in"

it "The server saw the address of the client, not one of the cluster's."
client=$(ip route get "${NODE[0]}" | sed -n 's/.* src \([0-9.]*\).*/\1/p')
smb 1 pictures "$ANNA" "!curl -sk -m 60 -H 'Authorization: Bearer $(token)' https://${NODE[0]}/api/sharing/v1/sessions >$WORK/sessions" >/dev/null
contains "$(cat "$WORK/sessions")" "\"$client\"" "the sessions"

it "kubectl tells of all of it."
contains "$(k get homecloud --output name)" share.homecloud.io/pictures "kubectl get homecloud"
