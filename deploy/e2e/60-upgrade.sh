#!/usr/bin/env bash
# Values change. Sharing waits until somebody chooses the moment, and its interruption is measured.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

sharing_on_first() { k get pods --selector app.kubernetes.io/component=sharing --field-selector "spec.nodeName=$(name_of 1)" "$@"; }
serves() { smb 1 pictures "$ANNA" ls >/dev/null 2>&1; }
gone() { ! serves; }
before=$(sharing_on_first --output jsonpath='{.items[0].metadata.uid}')

it "Storage is replaced and takes the new setting; sharing is not, and serves all the time."
upgrade_homecloud --set-string storage.env.HOMECLOUD_STORAGE_SPACE_LOW_PERCENT=20 --set-string sharing.env.HOMECLOUD_SHARING_TRASH_KEPT=P14D
k rollout status daemonset/homecloud-storage --timeout=300s >/dev/null
same "$(k exec "$(storage_on 1)" -- printenv HOMECLOUD_STORAGE_SPACE_LOW_PERCENT)" 20 "the setting"
same "$(sharing_on_first --output jsonpath='{.items[0].metadata.uid}')" "$before" "the pod of sharing"
serves || fail "the share does not serve"

it "Who deletes the pod of sharing chooses the moment."
k delete --wait=false "$(sharing_on_first --output name)" >/dev/null
expect 60 "its servers are gone" gone
expect 120 "its servers are there again" serves
# The pod before may still be listed.
expect 120 "the setting is there" says P14D sharing_on_first --output jsonpath='{.items[0].spec.containers[0].env[?(@.name=="HOMECLOUD_SHARING_TRASH_KEPT")].value}'
same "$(smb_file 1 pictures diary.txt)" 'Lake, boat, rain.' "the diary"

it "And back, with helm rollback."
helm rollback homecloud --namespace "$NAMESPACE" --wait --timeout 10m >/dev/null
k rollout status daemonset/homecloud-storage --timeout=300s >/dev/null
! k exec "$(storage_on 1)" -- printenv HOMECLOUD_STORAGE_SPACE_LOW_PERCENT >/dev/null || fail "the setting is still there"
all_ready
