#!/usr/bin/env bash
# The chart is uninstalled, the database deleted, the chart installed again: everything is adopted from the disks.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
with_household
echo "adopted" >"$WORK/note"
smb "put $WORK/note adopted.txt" >/dev/null
uid=$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)

it "Uninstalled: resources and kinds stay."
helm -n homecloud uninstall homecloud --wait --timeout 5m >/dev/null 2>&1
hc get volumes.homecloud.io/photos >/dev/null

it "The database is deleted, and the resources too: nothing but the disks knows."
for number in "${!NODE[@]}"; do
  rm -rf -- "$(dirname -- "$(disk_image $((number + 1)))")/homecloud/databases"
done
kubectl get crd -o name | grep 'homecloud.io$' | xargs kubectl delete --timeout=60s >/dev/null

it "Installed again: pool and volume are there, with the identity that they had."
install_homecloud --set topology=separate
expect 180 "the volume is adopted" api GET /api/storage/v1/volumes/photos
same "$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)" "$uid" "the volume's uid"
expect 120 "kubectl sees it" hc get volumes.homecloud.io/photos
same "$(api GET /api/storage/v1/volumes/photos/files/adopted.txt)" "adopted" "the file"
