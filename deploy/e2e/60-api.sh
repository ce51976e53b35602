#!/usr/bin/env bash
# The API through Traefik, with and without a token.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
with_household
status() { curl -sk -o "$WORK/body" -w '%{http_code}' -m 30 "$@"; }

it "Without a token every service says who may ask."
for service in storage sharing backup; do
  for path in volumes accounts plans; do
    code=$(status "https://${NODE[0]}/api/$service/v1/$path")
    [[ $code == 401 || $code == 404 ]] || fail "$service/$path answered $code"
  done
done
same "$(status "https://${NODE[0]}/api/storage/v1/volumes")" 401 "without a token"
same "$(status -H 'Authorization: Bearer nonsense' "https://${NODE[0]}/api/storage/v1/volumes")" 401 "with a wrong one"

it "With one it answers, on the address of every node."
for address in "${NODE[@]}"; do
  same "$(status -H "Authorization: Bearer $(token)" "https://$address/api/storage/v1/volumes")" 200 "volumes at $address"
  contains "$(cat "$WORK/body")" '"photos"' "the volumes"
done
same "$(status -H "Authorization: Bearer $(token)" "https://${NODE[0]}/api/sharing/v1/accounts")" 200 "accounts"
same "$(status -H "Authorization: Bearer $(token)" "https://${NODE[0]}/api/backup/v1/plans")" 200 "plans"

it "What is made by the API is there for kubectl too."
api POST "/api/storage/v1/volumes?wait=60s" --json '{"metadata": {"name": "by-api"}, "spec": {"pool": "pool1"}}' >/dev/null
expect 30 "kubectl sees it" hc get volumes.homecloud.io/by-api

it "What is for the inside stays inside."
same "$(status "https://${NODE[0]}/q/metrics")" 404 "the metrics"
