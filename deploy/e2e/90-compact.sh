#!/usr/bin/env bash
# One process on each node instead of three, on the same disks; the last story.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "An upgrade to the other topology is refused, with the reason."
refused=$(upgrade_homecloud --set topology=compact 2>&1) && fail "the other topology was taken"
contains "$refused" "topology: helm uninstall and helm install with the other one" "the reason"
same "$(k get daemonsets --output name | sort | xargs)" "daemonset.apps/homecloud-backup daemonset.apps/homecloud-sharing daemonset.apps/homecloud-storage" "the sets of pods"

it "The chart goes and comes back in the other topology."
uninstall_homecloud
install_homecloud compact
same "$(k get daemonsets --output name)" daemonset.apps/homecloud-compact "the sets of pods"

it "The same files, people and addresses."
ready pools.homecloud.io/home volumes.homecloud.io/photos shares.homecloud.io/pictures
# What the resources say is from before, until their services have looked.
expect 120 "the diary over SMB" says 'Lake, boat, rain.' smb_file 1 pictures diary.txt
for path in /api/storage/v1/volumes /api/sharing/v1/shares /api/backup/v1/plans; do
  expect 120 "$path" says 200 answer "$path" --header "Authorization: Bearer $(token)"
done
