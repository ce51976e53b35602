#!/usr/bin/env bash
# The chart goes, the database is deleted, the chart comes back: everything on the disks is there again.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

installation=$(told configmap/homecloud-installation '{.data.id}')
database=$(told configmap/homecloud-installation '{.data.databaseNode}')
image=$(told statefulset/homecloud-postgres '{.spec.template.spec.containers[0].image}')
volume=$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)

it "The chart goes; kinds, resources and disks stay."
uninstall_homecloud
contains "$(kubectl get crd --output name)" volumes.homecloud.io "the kinds"
contains "$(k get homecloud --output name)" volume.homecloud.io/photos "the resources"

it "Somebody deletes the databases, and even the resources."
for number in "${!NODE[@]}"; do
  [[ $(name_of $((number + 1))) != "$database" ]] || on_node $((number + 1)) "$image" rm -rf /node/databases
done
k delete homecloud --all --timeout=60s >/dev/null

it "Installed again, it is the same installation, and has adopted everything under its name."
install_homecloud separate
same "$(told configmap/homecloud-installation '{.data.id}')" "$installation" "the installation"
expect 120 "the volume is there for kubectl" k get volumes.homecloud.io/photos
ready pools.homecloud.io/home volumes.homecloud.io/photos
same "$(api GET /api/storage/v1/volumes/photos | jq -r .metadata.uid)" "$volume" "the volume's uid"
same "$(api GET /api/storage/v1/volumes/photos/files/diary.txt)" 'Lake, boat, rain.' "the diary"

it "People and shares are there too, with their passwords."
expect 120 "the share is there for kubectl" k get shares.homecloud.io/pictures
ready shares.homecloud.io/pictures
same "$(smb_file 1 pictures diary.txt)" 'Lake, boat, rain.' "the diary over SMB"
