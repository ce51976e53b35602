#!/usr/bin/env bash
# Processes die without a warning: sharing in the middle of a write, then storage, PostgreSQL and Kafka.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
with_household
echo "before" >"$WORK/note"
smb "put $WORK/note before.txt" >/dev/null

# Kills everything in the pod of a component on node 1, or of the only one there is.
kill_pod() {
  local pod
  pod=$(hc get pods -l "app.kubernetes.io/component=$1" -o name | head -n 1)
  hc delete --grace-period=0 --force "$pod" >/dev/null 2>&1
}

it "Sharing is killed while a large file is written."
head -c 300M /dev/zero >"$WORK/large"
smb "put $WORK/large large.bin" >/dev/null 2>&1 &
writer=$!
sleep 0.5
kill_pod sharing
wait "$writer" || echo "    the client was told so"
expect 120 "the share serves again" smb ls
same "$(smb_sum before.txt)" "$(sha256sum <"$WORK/note")" "what was written before"
smb "put $WORK/large large.bin" >/dev/null
same "$(smb_sum large.bin)" "$(sha256sum <"$WORK/large")" "the file, at the second try"

it "Storage is killed; the share goes on."
kill_pod storage
expect 10 "the share serves" smb ls
expect 120 "the API answers again" api GET /api/storage/v1/volumes

for database in postgres kafka; do
  it "$database is killed; the share goes on, and everything is ready again."
  kill_pod "$database"
  expect 10 "the share serves" smb ls
  expect 180 "$database is ready" hc wait --for=condition=Ready --timeout=1s pod -l "app.kubernetes.io/component=$database"
  expect 120 "a volume is made" api POST "/api/storage/v1/volumes?wait=60s" --json "{\"metadata\": {\"name\": \"after-$database\"}, \"spec\": {\"pool\": \"pool1\"}}"
done
