# shellcheck shell=bash
# After 10. What can be reached from outside, with a token and without.

chapter "without a token nothing is told, with one everything"
for path in /api/storage/v1/volumes /api/sharing/v1/accounts /api/backup/v1/plans; do
  expect "$path without a token" "$(answer "$path")" 401
  expect "$path with one" "$(answer "$path" --header "Authorization: Bearer $(token)")" 200
done

chapter "health and metrics stay inside"
for path in /q/metrics /q/health/ready; do
  expect "$path" "$(answer "$path")" 404
done

chapter "a page for people"
expect "/sign-in" "$(answer /sign-in)" 200

chapter "a volume that is made by the API is there for kubectl, and the other way round"
api POST '/api/storage/v1/volumes?wait=60s' '{"metadata": {"name": "music"}, "spec": {"pool": "home"}}' >/dev/null
eventually 30 k get volumes.homecloud.io/music
ready volumes.homecloud.io/music
k patch volumes.homecloud.io/music --type merge --patch '{"spec": {"displayName": "Music"}}' >/dev/null
shown() { [[ $(api GET /api/storage/v1/volumes/music | jq -r .spec.displayName) == Music ]]; }
eventually 30 shown

chapter "a resource that goes is released; its files stay"
k delete volumes.homecloud.io/music --timeout=60s >/dev/null
k exec "$(pod_on "$(first_node)")" -- ls /var/lib/homecloud/pools/home/@volumes >/dev/null
