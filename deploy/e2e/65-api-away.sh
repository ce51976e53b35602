#!/usr/bin/env bash
# The API of Kubernetes is away for a while; homecloud works on, and tells everything afterwards.
# needs: the throw-away cluster
# HOMECLOUD_E2E_AWAY (internal): for how many seconds.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
wish backuprepositories.homecloud.io/each-minute backupplans.homecloud.io/each-minute snapshotschedules.homecloud.io/each-minute <<YAML
apiVersion: homecloud.io/v1alpha1
kind: SnapshotSchedule
metadata: {name: each-minute}
spec: {volume: photos, schedule: "* * * * *", retention: {last: 100}}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupRepository
metadata: {name: each-minute}
spec: {engine: rsync, url: "file:///var/lib/homecloud/each-minute", node: $(name_of 1)}
---
apiVersion: homecloud.io/v1alpha1
kind: BackupPlan
metadata: {name: each-minute}
spec: {sources: [{volume: photos}], repository: each-minute, schedule: "* * * * *", retention: {last: 100}}
YAML
is_served() { [[ $(smb_file 1 pictures diary.txt) == 'Lake, boat, rain.' ]]; }
snapshots() { api GET '/api/storage/v1/snapshots?limit=1000' | jq '[.items[] | select(.metadata.name | startswith("each-minute"))] | length'; }
runs() { api GET '/api/backup/v1/runs?limit=1000' | jq '[.items[] | select(.spec.plan == "each-minute" and .status.state == "Completed")] | length'; }
more() { (($("$1") > $2)); }
rm -f "$WORK/token"
token >/dev/null
# A new one is not to be had meanwhile; this one is valid for 15 minutes.
touch --date "+5 minutes" "$WORK/token"

it "The API goes."
"$ROOT/homecloud" cluster control stop
began=$SECONDS snapshots=$(snapshots) runs=$(runs)

it "The share is served, pages and lists are there; what one would wish is refused and leaves nothing behind."
is_served || fail "the share is not served"
wish=$(curl --silent --insecure --max-time 60 --header "Authorization: Bearer $(token)" --json '{"metadata": {"name": "too-early"}, "spec": {"pool": "home"}}' \
  --write-out ' %{http_code}' "https://${NODE[0]}/api/storage/v1/volumes")
contains "$wish" urn:homecloud:problem:cluster-away "the answer"
same "${wish##* }" 503 "the status"
same "$(answer /api/storage/v1/volumes/too-early --header "Authorization: Bearer $(token)")" 404 "a volume that was refused"

it "Snapshots and copies are made on time."
expect 150 "another snapshot" more snapshots "$snapshots"
expect 150 "another copy" more runs "$runs"
while ((SECONDS - began < ${HOMECLOUD_E2E_AWAY:-150})); do
  sleep 5
  is_served || fail "the share is not served"
done
missed=$(((SECONDS - began) / 60 - 1))
(($(snapshots) >= snapshots + missed)) || fail "$(snapshots) snapshots, and there were $snapshots $((SECONDS - began)) s ago"

it "The API is there again; what was observed meanwhile is told, and wishes are heard."
"$ROOT/homecloud" cluster control start
last() { api GET /api/storage/v1/snapshot-schedules/each-minute | jq -r .status.lastRun; }
told_last() { [[ $(told snapshotschedules.homecloud.io/each-minute '{.status.lastRun}') == "$(last)" ]]; }
expect 90 "kubectl knows of the last snapshot" told_last
volume_made() { api POST '/api/storage/v1/volumes?wait=30s' '{"metadata": {"name": "in-time"}, "spec": {"pool": "home"}}'; }
expect 90 "a volume is made by HTTP" volume_made
expect 30 "it is there for kubectl" k get volumes.homecloud.io/in-time
k delete snapshotschedules.homecloud.io/each-minute backupplans.homecloud.io/each-minute >/dev/null
