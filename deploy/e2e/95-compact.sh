#!/usr/bin/env bash
# The compact topology: one pod with all services on each node, on the same disks.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
with_household
echo "compact" >"$WORK/note"
smb "put $WORK/note compact.txt" >/dev/null

it "Uninstalled, and installed as compact."
helm -n homecloud uninstall homecloud --wait --timeout 5m >/dev/null 2>&1
install_homecloud --set topology=compact
hc get pods -o wide
same "$(troubled_pods)" "" "pods in trouble"

it "Everything is there, and is served."
expect 120 "the API answers" api GET /api/storage/v1/volumes/photos
expect 120 "the share serves" smb ls
same "$(smb_sum compact.txt)" "$(sha256sum <"$WORK/note")" "the note"

it "And back to one pod for each service."
helm -n homecloud uninstall homecloud --wait --timeout 5m >/dev/null 2>&1
install_homecloud --set topology=separate
same "$(smb_sum compact.txt)" "$(sha256sum <"$WORK/note")" "the note"
