#!/usr/bin/env bash
# A node is dead, its disk lives: it is put into the other node, with everything on it.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "A pool on the second node, with a volume and a letter, which is copied to the first node, encrypted."
letters_copied
uid=$(api GET /api/storage/v1/volumes/letters | jq -r .metadata.uid)
carried=$(disk_of 2)

it "The node dies; its disk is put into the first one."
node stop 2
node carry 2 1

it "Adopted there, it is the same volume with the same letter."
expect 120 "the disk is seen" k exec "$(storage_on 1)" -- test -b "$carried"
is_wished_on() { [[ $(told pools.homecloud.io/attic '{.spec.node}') == "$(name_of "$1")" ]]; }
adopted() { api POST "/api/storage/v1/pools/adopt?node=$(name_of 1)" "{\"disks\": [\"$carried\"]}"; }
# Refused for as long as the dead node may still be there: three minutes.
expect 240 "it is adopted" adopted
expect 60 "its custom resource names the new node" is_wished_on 1
ready pools.homecloud.io/attic volumes.homecloud.io/letters
same "$(api GET /api/storage/v1/volumes/letters | jq -r .metadata.uid)" "$uid" "the volume"
same "$(api GET /api/storage/v1/volumes/letters/files/aunt.txt)" '"dear aunt"' "the letter"

it "It is copied from there now, and what was copied before can be read."
same "$(api GET "/api/backup/v1/runs/$run/files/letters/aunt.txt")" '"dear aunt"' "the copy"
api PUT /api/storage/v1/volumes/letters/files/uncle.txt '"dear uncle"' >/dev/null
later=$(run_of letters)
same "$(api GET "/api/backup/v1/runs/$later/files/letters/uncle.txt")" '"dear uncle"' "the later copy"
forget backupplans.homecloud.io/letters backuprepositories.homecloud.io/letters

it "The node comes back without it; the disk is let go of and carried home."
node start 2
expect 300 "its pods are ready" k wait --for=condition=Ready pod --all --timeout=1s
api POST "/api/storage/v1/pools/attic/export" "" >/dev/null
expect 60 "its custom resource goes with it" bash -c "! kubectl --namespace $NAMESPACE get pools.homecloud.io/attic 2>/dev/null"
node carry 1 2 "$carried"
expect 120 "the disk is seen" k exec "$(storage_on 2)" -- test -b "$carried"
api POST "/api/storage/v1/pools/adopt?node=$(name_of 2)" "{\"disks\": [\"$carried\"]}" >/dev/null
expect 60 "its custom resource names the node" is_wished_on 2
expect 60 "the volume has one too" told volumes.homecloud.io/letters '{.spec.pool}'
ready pools.homecloud.io/attic volumes.homecloud.io/letters
same "$(api GET /api/storage/v1/volumes/letters/files/aunt.txt)" '"dear aunt"' "the letter"
forget volumes.homecloud.io/letters pools.homecloud.io/attic
