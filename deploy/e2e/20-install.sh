#!/usr/bin/env bash
# The chart is installed on an empty cluster.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

it "helm install, until everything is ready."
began=$SECONDS
with_homecloud
echo "    $((SECONDS - began)) s"

it "Every pod is ready, none was restarted."
hc get pods -o wide
same "$(troubled_pods)" "" "pods in trouble"

it "Its kinds are known, and those of the examples are accepted."
contains "$(kubectl api-resources --categories homecloud -o name)" volumes.homecloud.io "the category homecloud"
for example in "$ROOT"/deploy/examples/*.yaml; do
  hc apply --dry-run=server -f "$example" >/dev/null
done
