#!/usr/bin/env bash
# What deploy/examples says is what a cluster takes.
# shellcheck source-path=SCRIPTDIR
source "$(dirname -- "${BASH_SOURCE[0]}")/homecloud.sh"

install_homecloud separate
household

it "The API server accepts every example as it is."
for example in "$ROOT"/deploy/examples/*.yaml; do
  # Where there is nothing of these names: what is there may not become all of it.
  refused=$(kubectl --namespace default apply --dry-run=server --filename "$example" 2>&1) || fail "${example##*/}: $refused"
done

it "The household comes to life, on the disk and with the names of this cluster."
sed -e "s|node: pi, disks: \[/dev/sda\]|node: $(name_of 1), disks: [$(disk_of 1)]|" \
  -e "s|url: \"ssh://backup@nas.example/homecloud\"|url: \"file:///var/lib/homecloud/elsewhere\", node: $(name_of 1)|" \
  "$ROOT/deploy/examples/household.yaml" | wish pools.homecloud.io/home volumes.homecloud.io/photos snapshotschedules.homecloud.io/photos-hourly \
  shares.homecloud.io/pictures backuprepositories.homecloud.io/elsewhere backupplans.homecloud.io/nightly

it "A share for the backups of Macs beside it."
wish volumes.homecloud.io/macs shares.homecloud.io/macs <"$ROOT/deploy/examples/time-machine.yaml"
forget shares.homecloud.io/macs volumes.homecloud.io/macs

it "Its administrator signs in with the password that the chart has made."
password=$(k get secret homecloud-administrator --output jsonpath='{.data.password}' | base64 --decode)
# Who guesses ten times in a quarter of an hour is locked out.
the_letter() { smb 1 pictures "anna%$password" "lcd $WORK; get diary.txt letter.txt" >/dev/null || { sleep 15 && false; }; }
expect 90 "the share takes it" the_letter
same "$(<"$WORK/letter.txt")" 'Lake, boat, rain.' "the diary"
