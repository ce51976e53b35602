#!/usr/bin/env bash
# What can be reached through Traefik, with a token and without one; two doors into one room.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "Without a token nothing is told, with one everything."
for path in /api/storage/v1/volumes /api/sharing/v1/accounts /api/backup/v1/plans; do
  same "$(answer "$path")" 401 "$path without a token"
  same "$(answer "$path" --header "Authorization: Bearer $(token)")" 200 "$path with one"
done

it "Health and metrics stay inside; the page where people sign in does not."
same "$(answer /q/metrics)" 404 /q/metrics
same "$(answer /q/health/ready)" 404 /q/health/ready
same "$(answer /sign-in)" 200 /sign-in
same "$(answer /)" 303 "the address of the house, which leads there"

it "A volume that is made by the API is there for kubectl, and what kubectl says is there for the API."
api POST '/api/storage/v1/volumes?wait=60s' '{"metadata": {"name": "music"}, "spec": {"pool": "home"}}' >/dev/null
expect 30 "its resource is there" k get volumes.homecloud.io/music
ready volumes.homecloud.io/music
k patch volumes.homecloud.io/music --type merge --patch '{"spec": {"displayName": "All the music"}}' >/dev/null
called() { [[ $(api GET /api/storage/v1/volumes/music | jq -r .spec.displayName) == 'All the music' ]]; }
expect 30 "its new name is there" called

it "Nonsense is refused by the API server, with a reason."
refused=$(k apply --filename - 2>&1 <<<'{"apiVersion": "homecloud.io/v1alpha1", "kind": "Volume", "metadata": {"name": "nonsense"}, "spec": {"pool": "home", "quota": "a lot"}}') && fail "a quota of 'a lot' was taken"
contains "$refused" spec.quota "the reason"
