#!/usr/bin/env bash
# Processes die without a warning: sharing in the middle of a write, then storage, PostgreSQL and Kafka.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
is_served() { [[ $(smb_file 1 pictures diary.txt 2>/dev/null) == 'Lake, boat, rain.' ]]; }

# The pod of a part, on the first node if it is on several.
pod_of() {
  local pods
  pods=$(k get pods --selector "app.kubernetes.io/component=$1" --output name --field-selector "spec.nodeName=$(name_of 1)")
  [[ -n $pods ]] || pods=$(k get pods --selector "app.kubernetes.io/component=$1" --output name)
  head -n 1 <<<"$pods"
}

# Ends the processes of a part as kill -9 does, by their container: Kubernetes starts it again in the same pod.
kill_part() {
  local pod
  pod=$(pod_of "$1")
  "$ROOT/homecloud" cluster kill "$NAMESPACE" "${pod#pod/}"
}

# Now, or by an earlier wish that was not answered.
is_made() {
  api POST '/api/storage/v1/volumes?wait=30s' "{\"metadata\": {\"name\": \"$1\"}, \"spec\": {\"pool\": \"home\"}}" ||
    api GET "/api/storage/v1/volumes/$1" | jq --exit-status 'any(.status.conditions[]; .type == "Ready" and .status == "True")'
}

restarted() { (($(k get "$1" --output jsonpath='{.status.containerStatuses[0].restartCount}') > $2)); }

it "Sharing is killed while a large file is written."
head -c 400M /dev/urandom >"$WORK/large.bin"
# Through a pipe that stays open, so that no machine is so fast that all is written before the kill.
mkfifo "$WORK/pipe"
smb 1 pictures "$ANNA" "lcd $WORK; put pipe large.bin" >"$WORK/writer" 2>&1 &
writer=$!
exec {pipe}<>"$WORK/pipe"
head -c 200M "$WORK/large.bin" >&"$pipe" &
feeder=$!
half_written() { smb 1 pictures "$ANNA" 'ls large.bin' || { cat -- "$WORK/writer" && false; }; }
expect 120 "the file grows" half_written
kill_part sharing
kill "$feeder" 2>/dev/null || :
exec {pipe}>&-
! wait "$writer" || fail "the file was written before the kill"
expect 120 "the share is served again" is_served
smb 1 pictures "$ANNA" "lcd $WORK; put large.bin; get large.bin $WORK/got" >/dev/null
cmp "$WORK/got" "$WORK/large.bin"
smb 1 pictures "$ANNA" 'del large.bin' >/dev/null
rm -f -- "$WORK/got" "$WORK/large.bin" "$WORK/pipe"

it "Storage is killed; the share is served all the time."
kill_part storage
expect 5 "the share is served" is_served
expect 120 "a volume is made" is_made after-storage

for part in postgres kafka; do
  it "${part^} is killed; the share is served all the time, and then volumes are made again."
  pod=$(pod_of "$part")
  count=$(k get "$pod" --output jsonpath='{.status.containerStatuses[0].restartCount}')
  kill_part "$part"
  expect 5 "the share is served" is_served
  expect 120 "$part was started again" restarted "$pod" "$count"
  expect 180 "$part is ready" k wait --for=condition=Ready --timeout=1s "$pod"
  expect 120 "a volume is made" is_made "after-$part"
done

it "What nobody waits for in sharing is waited for by its init."
pod=$(pod_of sharing)
k exec "$pod" -- sh -c '(sleep 1 >/dev/null 2>&1 &)'
# /proc/…/stat: the name in parentheses, then the state.
processes() { k exec "$pod" -- sh -c 'cat /proc/[0-9]*/stat 2>/dev/null; :'; }
reaped() {
  local there
  there=$(processes) && [[ $there == *" S "* && $there != *"(sleep)"* && $there != *") Z "* ]]
}
expect 120 "the orphan has ended, and no process is a zombie" reaped
