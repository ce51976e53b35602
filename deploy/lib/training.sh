# shellcheck shell=bash
# First runs of the images, as train_app makes one of a build: what the JVM learns is valid for this JVM with these jars at
# these paths only, so it is the image's own that runs. PostgreSQL and Kafka are those of the images, too.

# Puts a homecloud.aot into each of $CONTEXT/aot; the last ones when nothing changed that counts.
train_images() {
  local part stamp kept=$IMAGES/aot
  stamp=$({ cat -- "$CONTEXT/stamp" "$ROOT/deploy/lib/training.sh"; in_store buildah inspect --type image --format '{{.FromImageID}}' localhost/homecloud-java; } | sha256sum | cut -c 1-20)
  if [[ $(cat -- "$kept/stamp" 2>/dev/null) != "$stamp" ]]; then
    step "teaching the JVM how the images start (once for each build)"
    rm -rf -- "$kept"
    train_apart
    all_learned || train_apart
    ! all_learned || printf '%s' "$stamp" >"$kept/stamp"
  fi
  for part in "${TRAINED_PARTS[@]}"; do
    [[ ! -s $kept/$part.aot ]] || install -m 0644 --preserve-timestamps -- "$kept/$part.aot" "$CONTEXT/aot/$part/homecloud.aot"
  done
}

readonly TRAINED_PARTS=(kafka storage sharing backup compact)

all_learned() {
  local part
  for part in "${TRAINED_PARTS[@]}"; do [[ -s $IMAGES/aot/$part.aot ]] || return 1; done
}

# In a network, a mount table and a process table of its own, which end with it.
train_apart() {
  local part roots=()
  TRAINING=$IMAGES/training
  sweep_training
  install -d -m 0711 -- "$TRAINING"
  for part in postgres "${TRAINED_PARTS[@]}"; do
    in_store buildah from --quiet --pull-never --name "training-$part" "$(image_name "$part")" >/dev/null
    roots+=("$part=$(in_store buildah mount "training-$part")")
  done
  # shellcheck disable=SC2016 # for the new shell
  env JDK="$JDK" APP="$CONTEXT/storage" IMAGES="$IMAGES" TRAINING="$TRAINING" KEPT="$IMAGES/aot" \
    setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc \
    bash -euc 'source "$1"; train_inside "${@:2}"' bash "$ROOT/homecloud" "${roots[@]}" 8>&- ||
    warn "some of it did not work; those images will take longer to start"
  sweep_training
}

# Of this or of a killed run.
sweep_training() {
  local part loop
  # By the file: the name that a loop device has of it is that of a mount table which is no more.
  for part in apart compact; do
    while read -r loop; do losetup --detach "$loop" || :; done < <(losetup --associated "$IMAGES/training/$part/home.img" --noheadings --output NAME 2>/dev/null)
  done
  in_store buildah rm "${TRAINED_PARTS[@]/#/training-}" training-postgres >/dev/null 2>&1 || :
  rm -rf --one-file-system -- "$IMAGES/training"
}

train_inside() {
  local part url=http://127.0.0.1
  declare -gA IMAGE_ROOT=() TRAINEE=()
  for part in "$@"; do IMAGE_ROOT[${part%%=*}]=${part#*=}; done
  ip link set lo up
  mount --make-rprivate /
  for part in apart compact; do
    install -d -m 0711 -- "$TRAINING/$part"
    mount --bind -- "$TRAINING/$part" "$TRAINING/$part"
    mount --make-rshared -- "$TRAINING/$part"
  done
  for part in "${!IMAGE_ROOT[@]}"; do furnish "$part" "${IMAGE_ROOT[$part]}"; done

  local apart=(HOMECLOUD_DB_URL=jdbc:postgresql://127.0.0.1/homecloud HOMECLOUD_DB_PASSWORD=training
    HOMECLOUD_KAFKA_BOOTSTRAP=127.0.0.1:9092 HOMECLOUD_STORAGE_URL=$url:8081)
  HOMECLOUD_DB_PASSWORD=training chroot --userspec=10001:10001 "${IMAGE_ROOT[postgres]}" /opt/homecloud/start >"$IMAGES/training-postgres.log" 2>&1 &
  trainee kafka
  # Each begins while the one before is being asked.
  trainee storage "${apart[@]}" HOMECLOUD_PORT=8081
  answers storage "$url:8081" || return
  trainee sharing "${apart[@]}" HOMECLOUD_PORT=8082
  training_requests "$TRAINING/apart" "$url:8081" || warn "some of storage was left out"
  answers sharing "$url:8082" || return
  trainee backup "${apart[@]}" HOMECLOUD_PORT=8083
  training_people "$TRAINING/apart" "$url:8082" || warn "some of sharing was left out"
  answers backup "$url:8083" || return
  training_copies "$TRAINING/apart" "$url:8083" || warn "some of backup was left out"
  graduate backup sharing storage kafka

  trainee compact HOMECLOUD_PORT=8080
  answers compact "$url:8080" || return
  training_requests "$TRAINING/compact" "$url:8080" || warn "some of compact was left out"
  graduate compact
}

# What a container has at its start.
furnish() {
  local root=$2 data=$TRAINING/apart
  [[ $1 != compact ]] || data=$TRAINING/compact
  install -d -m 0755 -- "$root"/{proc,dev,sys,run,tmp} "$root/var/lib/homecloud"
  install -d -m 1777 -- "$root/learned"
  mount --rbind -- /dev "$root/dev"
  mount -t proc proc "$root/proc"
  mount --rbind -- /sys "$root/sys"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount --bind -- "$data" "$root/var/lib/homecloud"
}

# trainee PART [VARIABLE=VALUE]…: starts it as its image does, but to learn.
trainee() {
  local part=$1 root=${IMAGE_ROOT[$1]} as=()
  shift
  [[ $part != kafka ]] || as=(--userspec=10002:10002)
  grep -v '^-XX:AOTCache=' "$root/opt/homecloud/jvm.options" >"$root/learned/jvm.options"
  env -i PATH="$PATH" LC_ALL=C.UTF-8 MALLOC_ARENA_MAX=1 HOMECLOUD_NODE=training HOMECLOUD_DATA=/var/lib/homecloud HOMECLOUD_LISTEN=127.0.0.1 HOMECLOUD_CACHE=/var/lib/homecloud/cache "$@" \
    chroot "${as[@]}" "$root" /opt/java/bin/java @/learned/jvm.options -XX:AOTCacheOutput=/learned/homecloud.aot \
    -jar /opt/homecloud/quarkus-run.jar </dev/null >"$IMAGES/training-$part.log" 2>&1 &
  TRAINEE[$part]=$!
}

answers() { wait_ready "${TRAINEE[$1]}" "$2" "$IMAGES/training-$1.log" quiet || { tail -n 5 -- "$IMAGES/training-$1.log" >&2; return 1; }; }

# Ends each and keeps what it wrote down.
graduate() {
  local part
  for part in "$@"; do
    kill "${TRAINEE[$part]}" 2>/dev/null || :
    end_within 180 "${TRAINEE[$part]}" || kill -KILL "${TRAINEE[$part]}" 2>/dev/null || :
    if [[ -s ${IMAGE_ROOT[$part]}/learned/homecloud.aot ]]; then
      install -D -m 0644 -- "${IMAGE_ROOT[$part]}/learned/homecloud.aot" "$KEPT/$part.aot"
    else
      warn "$part learned nothing:"
      tail -n 5 -- "$IMAGES/training-$part.log" >&2
    fi
  done
}

# Of the volume "a", which storage was taught with.
training_people() {
  local api=$2/api/sharing/v1 token path
  token=$(DATA=$1 token_of) || return
  ask() { curl -s -m 60 -o /dev/null -H @<(bearer "$token") "$@" || :; }
  ask --json '{"metadata":{"name":"family"},"spec":{}}' "$api/groups?wait=30s"
  ask --json '{"metadata":{"name":"anna"},"spec":{"groups":["family"],"role":"administrator"}}' "$api/accounts?wait=30s"
  ask -X PUT --json '{"password":"correct horse 42"}' "$api/accounts/anna/password"
  ask --json '{"metadata":{"name":"shared"},"spec":{"volume":"a","protocols":["smb","nfs","webdav"],"access":[{"group":"family","level":"write"}]}}' "$api/shares?wait=30s"
  ask --json '{"account":"anna","password":"correct horse 42"}' "$api/sign-in"
  for path in groups accounts shares servers events tasks me; do ask -m 3 "$api/$path"; done
  ask "$2/"
  ask "$2/sign-in"
  ask "$2/q/metrics"
}

training_copies() {
  local api=$2/api/backup/v1 token path
  token=$(DATA=$1 token_of) || return
  ask() { curl -s -m 60 -o /dev/null -H @<(bearer "$token") "$@" || :; }
  ask --json '{"metadata":{"name":"disk"},"spec":{"engine":"rsync","url":"file:///var/lib/homecloud/copies"}}' "$api/repositories?wait=30s"
  ask --json '{"metadata":{"name":"nightly"},"spec":{"repository":"disk","sources":[{"volume":"a"}]}}' "$api/plans?wait=30s"
  ask -X POST "$api/plans/nightly/run?wait=60s"
  for path in repositories plans runs restores tasks; do ask "$api/$path"; done
  ask "$2/backups"
  ask "$2/q/metrics"
}
