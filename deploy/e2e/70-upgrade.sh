#!/usr/bin/env bash
# Values are changed, shares serve meanwhile; back again.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
with_household
echo "still here" >"$WORK/note"
smb "put $WORK/note note.txt" >/dev/null

it "An upgrade with other values: storage and backup are replaced, sharing waits."
sharing=$(hc get pods -l app.kubernetes.io/component=sharing -o name | sort)
install_homecloud --set storage.resources.requests.cpu=60m --set sharing.resources.requests.cpu=60m
same "$(hc get pods -l app.kubernetes.io/component=sharing -o name | sort)" "$sharing" "the pods of sharing"
same "$(smb_sum note.txt)" "$(sha256sum <"$WORK/note")" "the note"

it "Sharing is replaced when somebody deletes its pod; this long nobody is served."
hc delete pod --wait=false -l app.kubernetes.io/component=sharing --field-selector spec.nodeName=node1 >/dev/null
expect 30 "the share is away" bash -c "! smbclient //${NODE[0]}/pictures -t 2 -U 'anna%correct horse 42' -c ls"
expect 60 "the share is back" smb ls

it "Rolled back."
helm -n homecloud rollback homecloud --wait --timeout 10m >/dev/null
expect 30 "the API answers" api GET /api/storage/v1/volumes
same "$(smb_sum note.txt)" "$(sha256sum <"$WORK/note")" "the note"
