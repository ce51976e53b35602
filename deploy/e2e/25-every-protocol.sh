#!/usr/bin/env bash
# SMB, NFS and WebDAV of two nodes, as clients outside of the cluster find them: by the node's own address and by another one that
# leads to it.
# needs: the throw-away cluster
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

# The address that this machine has for a node: the client's.
client=$(ip route get "${NODE[0]}" | sed -n 's/.* src \([0-9.]*\).*/\1/p')

it "Each node shares what is on its disks, and says so in the address."
attic films
wish shares.homecloud.io/films <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Share
metadata: {name: films}
spec: {volume: films, protocols: [smb, nfs, webdav], access: [{account: anna, level: write}], nfs: {clients: ["$client"], as: anna}}
YAML
same "$(told shares.homecloud.io/pictures '{.status.urls.smb}')" "smb://$(name_of 1)/pictures" "the address of the first"
same "$(told shares.homecloud.io/films '{.status.urls.smb}')" "smb://$(name_of 2)/films" "the address of the second"

it "One file, written by NFS, read by all; anna is the same person on both nodes."
echo 'Lake, the film.' >"$WORK/lake.txt"
nfs=$(told shares.homecloud.io/films '{.status.urls.nfs}')
"$LIBNFS/nfs-cp" "$WORK/lake.txt" "${nfs/$(name_of 2)/${NODE[1]}}/lake.txt?version=4" >/dev/null
same "$(smb_file 2 films lake.txt)" 'Lake, the film.' "over SMB"
same "$(curl -sk -m 60 --user "${ANNA/\%/:}" "https://${NODE[1]}:8443/dav/films/lake.txt")" 'Lake, the film.' "over WebDAV"
same "$(api GET /api/storage/v1/volumes/films/files/lake.txt)" 'Lake, the film.' "over the API, by the other node"
same "$("$LIBNFS/nfs-cat" "${nfs/$(name_of 2)/${NODE[1]}}/lake.txt?version=3")" 'Lake, the film.' "over NFS 3, which asks rpcbind"

it "A phone that trusts the one node trusts the other."
curl --silent --fail --insecure "https://${NODE[0]}:8443/homecloud-ca.crt" >"$WORK/ca.crt"
same "$(curl --silent --max-time 60 --cacert "$WORK/ca.crt" --user "${ANNA/\%/:}" "https://${NODE[1]}:8443/dav/films/lake.txt")" 'Lake, the film.' "with the authority of the first node"

it "The rule by address holds, since the server sees the client's own."
k patch shares.homecloud.io/films --type merge --patch "{\"spec\": {\"nfs\": {\"clients\": [\"${client%.*}.77\"], \"as\": \"anna\"}}}" >/dev/null
refused() { ! "$LIBNFS/nfs-cat" "${nfs/$(name_of 2)/${NODE[1]}}/lake.txt?version=4" 2>&1; }
expect 30 "$client is refused" refused

it "An address that leads to the node (as keepalived gives one) leads to its shares."
VIP=${NODE[0]%.*}.50
ip -n "hc-$(name_of 1)" address add "$VIP/24" dev eth0
smbclient "//$VIP/pictures" --user "$ANNA" --timeout 20 --debuglevel 0 --command "get diary.txt $WORK/from-vip" >/dev/null
same "$(<"$WORK/from-vip")" 'Lake, boat, rain.' "the diary by the address that wanders"
ip -n "hc-$(name_of 1)" address delete "$VIP/24" dev eth0
forget shares.homecloud.io/films volumes.homecloud.io/films pools.homecloud.io/attic
