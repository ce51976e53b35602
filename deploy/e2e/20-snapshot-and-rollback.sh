# shellcheck shell=bash
# After 10. A file is lost and comes back, first by itself, then with everything else.

apply snapshots.homecloud.io/before-tidying <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Snapshot
metadata: {name: before-tidying}
spec: {volume: photos, pinned: true}
YAML

chapter "the diary is deleted, a list is written"
smb "$(first_node)" pictures 'anna%correct horse 42' 'del 2026/diary.txt' >/dev/null
echo 'A shopping list' | upload - /api/storage/v1/volumes/photos/files/list.txt

chapter "rolled back in place, while the share is there"
task=$(api POST /api/storage/v1/volumes/photos/rollback '{"snapshot": "before-tidying"}' | jq -r .id)
expect "the task" "$(api GET "/api/storage/v1/tasks/$task?wait=1m" | jq -r .state)" Completed
expect "the diary" "$(api GET /api/storage/v1/volumes/photos/files/2026/diary.txt)" 'Lake, boat, rain.'
smb "$(first_node)" pictures 'anna%correct horse 42' 'ls list.txt' >/dev/null 2>&1 && wrong_end "the list is still there"

chapter "a snapshot that is pinned does not go with its resource"
k delete snapshots.homecloud.io/before-tidying --wait=false >/dev/null
eventually 30 api GET /api/storage/v1/snapshots/before-tidying
