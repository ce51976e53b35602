#!/usr/bin/env bash
# A node is switched off and on, then both at once: a power cut.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
with_household
echo "in the dark" >"$WORK/note"
smb "put $WORK/note dark.txt" >/dev/null

it "The second node goes; the first serves on."
node stop 2
expect 10 "the share is served" smb ls
expect 60 "the API answers" api GET /api/storage/v1/volumes

it "It comes back, and its pool is ready again."
node start 2
ready 300 pools.homecloud.io/pool2

it "Power is cut, and comes back: so long until the share serves."
"$ROOT/homecloud" cluster power-cut
began=$SECONDS
"$ROOT/homecloud" cluster start
expect 300 "the share serves" smb ls
echo "    $((SECONDS - began)) s from power to share"
same "$(smb_sum dark.txt)" "$(sha256sum <"$WORK/note")" "the note"
ready 300 pools.homecloud.io/pool1 pools.homecloud.io/pool2
expect 300 "the API answers" api GET /api/storage/v1/volumes
