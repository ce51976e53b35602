# shellcheck shell=bash
# After 10; the last one. One process on each node instead of three, on the same disks.

helm uninstall homecloud --namespace "$NAMESPACE" --wait --timeout 5m >/dev/null
forget_token
helm_install --set topology=compact
all_ready
expect "the sets of pods" "$(k get daemonsets --output name)" daemonset.apps/homecloud-compact

chapter "the same files, the same people, the same addresses"
ready pools.homecloud.io/home volumes.homecloud.io/photos shares.homecloud.io/pictures
expect "the file" "$(api GET /api/storage/v1/volumes/photos/files/2026/diary.txt)" 'Lake, boat, rain.'
expect "over SMB" "$(smb "$(first_node)" pictures 'anna%correct horse 42' 'get 2026/diary.txt -' 2>/dev/null | head -n 1)" 'Lake, boat, rain.'
for path in /api/storage/v1/volumes /api/sharing/v1/shares /api/backup/v1/plans; do
  expect "$path" "$(answer "$path" --header "Authorization: Bearer $(token)")" 200
done
