# shellcheck shell=bash
# Anna gets a share, with nothing but kubectl and a password; a file is put into it from a laptop.

node=$(first_node)

chapter "a pool of the disk of $node, and a volume on it"
apply pools.homecloud.io/home volumes.homecloud.io/photos <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Pool
metadata: {name: home}
spec: {node: $node, disks: ["$(disk_of "$node")"], erase: true}
---
apiVersion: homecloud.io/v1alpha1
kind: Volume
metadata: {name: photos}
spec: {pool: home, quota: 1Gi}
YAML

chapter "an account and a share, which is ready as soon as somebody can use it"
apply accounts.homecloud.io/anna <<YAML
apiVersion: homecloud.io/v1alpha1
kind: Account
metadata: {name: anna}
spec: {displayName: Anna, role: administrator}
---
apiVersion: homecloud.io/v1alpha1
kind: Share
metadata: {name: pictures}
spec: {volume: photos, protocols: [smb, webdav], previousVersions: true, access: [{account: anna, level: write}]}
YAML
api PUT /api/sharing/v1/accounts/anna/password '{"password": "correct horse 42"}'
ready shares.homecloud.io/pictures

chapter "a file, from outside of the cluster"
laptop=$(mktemp -d)
echo 'Lake, boat, rain.' >"$laptop/diary.txt"
smb "$node" pictures 'anna%correct horse 42' "lcd $laptop; mkdir 2026; put diary.txt 2026/diary.txt" >/dev/null
expect "the file over the API" "$(api GET /api/storage/v1/volumes/photos/files/2026/diary.txt)" 'Lake, boat, rain.'
expect "the file over WebDAV" \
  "$(curl --silent --insecure --max-time 60 --user 'anna:correct horse 42' "https://$(address_of "$node"):8443/dav/pictures/2026/diary.txt")" 'Lake, boat, rain.'
rm -r -- "$laptop"

chapter "Samba knows who it was that came, by address"
smb "$node" pictures 'anna%wrong' 'ls' >/dev/null 2>&1 && wrong_end "a wrong password lets in"
expect "what kubectl shows" "$(status volumes.homecloud.io/photos '{.status.conditions[?(@.type=="Ready")].status}')" True
