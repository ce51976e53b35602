# shellcheck shell=bash
# After 10. What deploy/examples says is what the cluster takes: the API server accepts every file as it is, and the household
# comes to life under other names on the pool that is there.

chapter "every example is accepted"
for example in "$ROOT"/deploy/examples/*.yaml; do
  k apply --dry-run=server --filename "$example" >/dev/null || wrong_end "${example##*/} is refused"
done

chapter "the household, on this cluster"
sed -e "s|node: pi, disks: \[/dev/sda\]|node: $(first_node), disks: [$(disk_of "$(first_node)")]|" -e 's|ssh://backup@nas.example/homecloud|file:///var/lib/homecloud/e2e-copies/household|' \
  "$ROOT/deploy/examples/household.yaml" | k apply --filename - >/dev/null
ready pools.homecloud.io/home volumes.homecloud.io/photos snapshotschedules.homecloud.io/photos-hourly shares.homecloud.io/pictures
k get homecloud --output name | sort
