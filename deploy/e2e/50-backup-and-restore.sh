#!/usr/bin/env bash
# Copies are made on the same node and on the other one, and what is restored is what was there.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

has_diary() { [[ $(api GET "/api/storage/v1/volumes/$1/files/diary.txt") == 'Lake, boat, rain.' ]]; }

it "The volume is Anna's own."
anna=$(api GET /api/sharing/v1/accounts/anna | jq -r .status.uid)
rights() { api GET "/api/storage/v1/volumes/$1" | jq -r '.spec | "\(.owner) \(.mode)"'; }
rights_of_photos() { k patch volumes.homecloud.io/photos --type merge --patch '{"spec": {"owner": '"$1"', "mode": '"$2"'}}' >/dev/null; }
rights_of_photos "\"$anna:$anna\"" '"0750"'
has_rights() { [[ $(rights "$1") == "$2" ]]; }
expect 30 "storage knows it" has_rights photos "$anna:$anna 0750"

it "A repository in a directory of the node, a plan and a run of it."
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
run=$(run_of nightly)
same "$(api GET "/api/backup/v1/runs/$run/files/photos/diary.txt")" 'Lake, boat, rain.' "the copy"

it "Before a copy, a hook dumps a database of the cluster with the password of a Secret."
database=$(k get secret homecloud-postgres --output jsonpath='{.data.password}' | base64 --decode)
k create secret generic database --from-literal "password=$database" --dry-run=client --output yaml | wish
wish backupplans.homecloud.io/nightly <<YAML
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: nightly}
spec:
  sources: [{volume: photos}]
  repository: copies
  retention: {daily: 7}
  hooks: {before: [{postgresql: {database: homecloud, host: homecloud-postgres, user: homecloud, secretRef: database}}]}
YAML
# Of a day one copy is kept, so the first one goes.
run=$(run_of nightly)
contains "$(api GET "/api/backup/v1/runs/$run/files/homecloud-dumps/homecloud.pgdump" | tr -d '\000' | head -c 5)" PGDMP "the dump"

it "A restore into a new volume, asked for with kubectl."
wish <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: {name: as-it-was}
spec: {run: $run, target: {newVolume: {name: photos-again, pool: home}}}
YAML
expect 120 "the diary is in it" has_diary photos-again
expect 30 "the new volume is there for kubectl" k get volumes.homecloud.io/photos-again
same "$(rights photos-again)" "$anna:$anna 0750" "whose it is"
rights_of_photos null null

it "A volume of the other node, shared to an account of the machine's own, whose password is a Secret."
k create secret generic copier --from-literal password=kR4yTq0wLm --dry-run=client --output yaml | wish
attic copies
wish shares.homecloud.io/copies <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Account
metadata: {name: copier}
spec: {passwordSecretRef: {name: copier}}
---
apiVersion: homecloud.io/v1alpha1
kind: Share
metadata: {name: copies}
spec: {volume: copies, protocols: [webdav], access: [{account: copier, level: write}]}
YAML
copies=${NODE[1]}:8443
curl --silent --fail --insecure "https://$copies/homecloud-ca.crt" >"$WORK/ca.crt"
listed() { curl --silent --fail --cacert "$WORK/ca.crt" --user copier:kR4yTq0wLm --request PROPFIND --header 'Depth: 1' "https://$copies/dav/copies/$1"; }
expect 60 "the account is let in there" listed ''

it "Encrypted copies go there; the passphrase and what the share asks for is a Secret too."
k create secret generic elsewhere --from-literal password=kR4yTq0wLm --from-literal passphrase='rain on the lake' --from-file certificates="$WORK/ca.crt" \
  --dry-run=client --output yaml | wish
wish backuprepositories.homecloud.io/elsewhere backupplans.homecloud.io/elsewhere <<YAML
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: {name: elsewhere}
spec:
  engine: duplicity
  url: "webdavs://copier@$copies/dav/copies/photos"
  secretRef: elsewhere
  encryption: {mode: symmetric, keyRef: elsewhere}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: elsewhere}
spec: {sources: [{volume: photos}], repository: elsewhere, retention: {daily: 7}}
YAML
run=$(run_of elsewhere)
contains "$(listed photos/)" duplicity-full. "what is on the other node"

it "What was copied there comes back."
wish <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Restore
metadata: {name: from-elsewhere}
spec: {run: $run, target: {newVolume: {name: photos-from-elsewhere, pool: home}}}
YAML
expect 120 "the diary is in it" has_diary photos-from-elsewhere
forget backupplans.homecloud.io/elsewhere backuprepositories.homecloud.io/elsewhere shares.homecloud.io/copies volumes.homecloud.io/copies pools.homecloud.io/attic
