#!/usr/bin/env bash
# Anna gets a share, with nothing but kubectl and a password; a file is put into it from a laptop.
# the others stand on it
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate

it "The notes of the chart say what to type, and it works: the first password, and a token."
notes=$(helm get notes homecloud --namespace "$NAMESPACE")
first=$(grep --max-count 1 "get secret homecloud-administrator" <<<"$notes" | bash)
[[ $first =~ ^[[:alnum:]]{16}$ ]] || fail "the first administrator's password is '$first'"
TOKEN=
eval "$(grep --max-count 1 '^ *TOKEN=' <<<"$notes")"
listed() { [[ $(curl --silent --insecure --header "Authorization: Bearer $TOKEN" "https://$DOOR/api/storage/v1/pools") == *'"items"'* ]]; }
# Traefik hears of what is ready at most every two seconds.
expect 30 "the pools are listed" listed

it "Every JVM has begun with what it learned when its image was made."
for part in storage sharing backup kafka; do
  # Storage sees the processes of the node's other containers too.
  # shellcheck disable=SC2016 # for the container
  k exec "$(k get pods --selector "app.kubernetes.io/component=$part" --output name | head -n 1)" -- sh -c \
    'for one in /proc/[0-9]*; do [ "$one/ns/mnt" -ef /proc/self/ns/mnt ] && grep -q homecloud.aot "$one/maps" && exit; done; exit 1' || fail "$part has no AOT cache"
done

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
{ echo ls; exec sleep 60; } 2>/dev/null | smbclient "//${NODE[0]}/pictures" --user "$ANNA" >/dev/null 2>&1 &
session=$!
seen() { [[ $(api GET /api/sharing/v1/sessions) == *"\"$client\""* ]]; }
expect 50 "a session from $client" seen
kill "$session" || :

it "kubectl tells of all of it."
# prints RESOURCE COLUMNS ROW: what people see, the row as a pattern.
prints() {
  local said
  said=$(k get "$1")
  same "$(head -n 1 <<<"$said" | xargs)" "$2" "the columns of $1"
  [[ $(tail -n 1 <<<"$said" | xargs) =~ ^$3$ ]] || fail "the row of $1: $said"
}
prints volumes.homecloud.io/photos "NAME POOL USED QUOTA READY AGE" "photos home [0-9.]+[A-Za-z]* 1Gi True [0-9a-z]+"
prints pools.homecloud.io/home "NAME NODE STATE CAPACITY AVAILABLE READY AGE" "home $(name_of 1) Healthy [0-9.]+[A-Za-z]* [0-9.]+[A-Za-z]* True [0-9a-z]+"
contains "$(k get homecloud --output name)" share.homecloud.io/pictures "kubectl get homecloud"
