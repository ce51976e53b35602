#!/usr/bin/env bash
# Somebody deletes the namespace, with everything running in it: docs/how-to/recover-on-k3s.md. No file goes with it, and installed
# again it is all there.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household
wish volumes.homecloud.io/drafts <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: drafts}
spec: {pool: home, deletionPolicy: Trash}
YAML
api PUT /api/storage/v1/volumes/drafts/files/novel.txt '"Call me Anna."' >/dev/null
installation=$(told configmap/homecloud-installation '{.data.id}')

it "The namespace goes with all that was in it, but for a volume that would go to the trash if somebody were there."
kubectl delete namespace "$NAMESPACE" --wait=false >/dev/null
nobody_is_there() { [[ -z $(k get pods --output name) && -z $(k get homecloud --output name | sed '/\/drafts$/d') ]]; }
expect 120 "the rest is gone" nobody_is_there
k get volumes.homecloud.io --output name | xargs --no-run-if-empty -n 1 kubectl --namespace "$NAMESPACE" patch --type merge --patch '{"metadata":{"finalizers":null}}' >/dev/null
is_gone() { ! kubectl get namespace "$NAMESPACE" >/dev/null 2>&1; }
expect 120 "the namespace is gone" is_gone
rm -f -- "$WORK/token"

it "Installed again under the identity it had: the databases' directory is there, with a password that nobody knows any more."
HELM_OPTIONS=(--set "installationId=$installation")
install_homecloud separate
expect 120 "the volumes are there for kubectl" k get volumes.homecloud.io/photos volumes.homecloud.io/drafts
ready pools.homecloud.io/home volumes.homecloud.io/photos volumes.homecloud.io/drafts
expect 120 "the diary is there" says 'Lake, boat, rain.' api GET /api/storage/v1/volumes/photos/files/diary.txt
expect 120 "the novel is there" says '"Call me Anna."' api GET /api/storage/v1/volumes/drafts/files/novel.txt
same "$(api GET /api/storage/v1/trash | jq '.items | length')" 0 "what is in the trash"
expect 120 "the share is there for kubectl" k get shares.homecloud.io/pictures
forget volumes.homecloud.io/drafts
