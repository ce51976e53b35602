# shellcheck shell=bash
# From sources to something that runs: build, store, train; tests and figures.

# Builds are kept by what they were made of, away from the checkout: a test run there must not change the jars under a
# running server. Safe to delete while none runs.
# HOMECLOUD_CACHE: where builds are kept; they are made again when it is deleted. /var/cache/homecloud when absent.
readonly CACHE=${HOMECLOUD_CACHE:-/var/cache/homecloud} BUILDS_KEPT=3

maven() { (cd -- "$ROOT" && JAVA_HOME=$JDK ./mvnw -B "$@" </dev/null); }

# What a build depends on: sources, this JDK, the JVM's options (the AOT cache is valid for those only).
build_stamp() {
  (
    cd -- "$ROOT" || exit
    find pom.xml .mvn services -name target -prune -o -type f \( -name pom.xml -o -path '.mvn/*' -o -path '*/src/main/*' \) -print0 |
      sort -z | xargs -0 sha256sum
    printf '%s\n' "$JDK" "${JVM_OPTIONS[@]}"
    cat -- "$JDK/release"
  ) | sha256sum | cut -c 1-20
}

# Sets APP, the directory of a finished build of the present sources. At boot it is that of the last start: nobody waits
# for a build there, and without a network it may fail.
build_app() {
  [[ -z ${HOMECLOUD_UNIT:-} || ! -s $CACHE/builds/${SETTING[build]:-none}/quarkus-run.jar ]] || {
    APP=$CACHE/builds/${SETTING[build]}
    return 0
  }
  SETTING[build]=$(build_stamp)
  APP=$CACHE/builds/${SETTING[build]}
  if [[ ! -s $APP/quarkus-run.jar || ! -s $APP/homecloud.aot ]]; then
    install -d -m 0755 -- "$CACHE/builds"
    exec 8>"$CACHE/lock"
    flock 8
    [[ -s $APP/quarkus-run.jar ]] || make_app
    # HOMECLOUD_AOT: "off" leaves out the first run that teaches the JVM how to start; starts take longer then.
    [[ -s $APP/homecloud.aot || ${HOMECLOUD_AOT:-on} == off ]] || train_app
    exec 8>&-
  fi
  touch -- "$APP"
}

make_app() {
  # HOMECLOUD_BUILT (internal): the tests of this very script run when Maven has built everything and must not be disturbed.
  if [[ -z ${HOMECLOUD_BUILT:-} ]]; then
    step "building (the first time takes some minutes)"
    # Maven leaves there what an earlier release had in another module.
    find "$ROOT"/services/*/target/classes -type f ! -name '*.class' -delete 2>/dev/null || :
    maven -q -Dquick -Dmaven.test.skip=true -Dspotless.check.skip=true -pl services/standalone -am package ||
      failed "the build failed"
  fi
  rm -rf -- "$APP.new"
  cp -a --reflink=auto -- "$ROOT/services/standalone/target/quarkus-app" "$APP.new"
  # A power cut leaves a name that came early, and files without content behind it.
  sync --file-system -- "$APP.new"
  rm -rf -- "$APP"
  mv -T -- "$APP.new" "$APP"
  forget_old_builds
}

forget_old_builds() {
  local old
  while read -r old; do
    grep -qsF -- "$CACHE/builds/$old/" /proc/[0-9]*/cmdline || rm -rf -- "$CACHE/builds/$old"
  done < <(find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn | sed -n "$((BUILDS_KEPT + 1)),\$s/.* //p")
}

# A first run with throw-away data and real requests; at its end the JVM writes down which classes it loaded, linked and
# how it used them, so that later starts need not find out again. Only speed is lost when this fails.
train_app() {
  local data port=$((20000 + RANDOM % 10000)) ready=''
  step "teaching the JVM how this build starts (once for each build)"
  for data in "$CACHE"/training.*; do end_training "$data"; done # of a killed run: we hold the lock
  data=$(mktemp -d "$CACHE/training.XXXXXX")
  chmod 0711 -- "$data"
  install -d -m 0711 -- "$data/run" "$data/system"
  install -d -m 0700 -- "$data/secrets" "$data/log"
  launch "$data" "$port" 127.0.0.1 -XX:AOTCacheOutput="$APP/homecloud.aot.new"
  # shellcheck disable=SC2064 # now, not then
  trap "kill -KILL $SERVER 2>/dev/null; end_training '$data'" EXIT
  if wait_ready "$SERVER" "http://127.0.0.1:$port" "$data/log/start.log" quiet; then
    ready=yes
    training_requests "$data" "http://127.0.0.1:$port" || warn "some of it was left out"
    kill "$SERVER"
  fi
  end_within 120 "$SERVER" || kill -KILL "$SERVER" 2>/dev/null || :
  if [[ -n $ready && -s $APP/homecloud.aot.new ]]; then
    sync -- "$APP/homecloud.aot.new"
    mv -- "$APP/homecloud.aot.new" "$APP/homecloud.aot"
  else
    warn "that did not work, starts will take longer:"
    rm -f -- "$APP/homecloud.aot.new"
    tail -n 5 -- "$data/log/start.log" >&2
  fi
  end_training "$data"
  trap - EXIT
}

# What people do, on a small image: the first volume of a new installation is made by classes that are known already.
training_requests() {
  local data=$1 root=$2/api/storage/v1 loop token volume path
  token=$(DATA=$data token_of) || return
  ask() { curl -s -m 30 -o /dev/null -H @<(bearer "$token") "$@" || :; }
  for path in pools volumes snapshots snapshot-schedules disks tasks trash pools/none; do ask "$root/$path"; done
  ask "$2/q/health"
  ask "$2/q/metrics"
  ask --json '{"metadata":{"name":"-"},"spec":{}}' "$root/pools"
  truncate --size 1G -- "$data/home.img"
  attach_loop "$data/home.img" || return
  loop=$(DATA=$data image_loop)
  ask --json "{\"metadata\":{\"name\":\"home\"},\"spec\":{\"disks\":[\"$loop\"]}}" "$root/pools?wait=30s"
  for volume in a b c d; do
    ask --json "{\"metadata\":{\"name\":\"$volume\"},\"spec\":{\"pool\":\"home\",\"quota\":\"100Mi\"}}" "$root/volumes?wait=30s"
    ask -T "$JDK/release" "$root/volumes/$volume/files/file"
    ask "$root/volumes/$volume/files/file"
    ask "$root/volumes/$volume/files/"
    ask --json "{\"metadata\":{\"name\":\"$volume\"},\"spec\":{\"volume\":\"$volume\"}}" "$root/snapshots?wait=30s"
  done
  ask --json '{"name":"copy"}' "$root/volumes/a/clone?wait=30s"
  ask -X DELETE "$root/snapshots/b?wait=30s"
  ask -X DELETE "$root/volumes/c?wait=30s"
  for path in pools volumes snapshots trash; do ask "$root/$path"; done
}

end_training() {
  [[ -d $1 ]] || return 0
  DATA=$1 end_daemons
  DATA=$1 end_postgres
  DATA=$1 detach_storage >/dev/null
  rm -rf --one-file-system -- "$1"
}

# Every test. What an earlier, killed run left behind goes first.
run_tests() {
  local options=() packages=("${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}")
  if [[ ${1:-} == --soak ]]; then
    options+=(-Dhomecloud.soak=true)
    packages+=("${SOAK_PACKAGES[@]}")
    shift
  fi
  check_kernel
  install_packages "${packages[@]}"
  system_user
  find_jdk
  use_libnfs
  use_nfs41
  use_kubernetes
  build_programs helm
  use_test_directory test
  local code=0
  maven -Dhomecloud.test.tmp="$TEST_TMP" -Dhomecloud.test.libnfs="$LIBNFS" -Dhomecloud.test.nfs41="$NFS41" -Dhomecloud.test.kube="$KUBE" "${options[@]}" verify "$@" 9>&- || code=1
  sweep_tests
  return "$code"
}

# Sets LIBNFS, where the clients of libnfs 5 are: those of version 4 cannot write over NFS 4. Where Debian has none, Debian
# 13's are unpacked with the C library that they need, and nothing of this system changes.
use_libnfs() {
  local name tree
  LIBNFS=/usr/bin
  new_enough 'libnfs-utils>=5' "$(installed_version libnfs-utils)" && return 0
  LIBNFS=$CACHE/libnfs5
  [[ ! -x $LIBNFS/nfs-cp ]] || return 0
  step "unpacking libnfs 5 of Debian 13 (for tests; nothing is installed)"
  rm -rf -- "$LIBNFS"
  tree=$LIBNFS/root
  install -d -m 0755 -- "$tree" "$LIBNFS"/apt/{lists/partial,cache/archives/partial,parts}
  cat >"$LIBNFS/apt/parts/trixie.sources" <<SOURCE
Types: deb
URIs: $(debian_mirror)
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCE
  local options=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$LIBNFS/apt/parts"
    -o Dir::Etc::PreferencesParts=/dev/null -o Dir::State::Lists="$LIBNFS/apt/lists" -o Dir::Cache="$LIBNFS/apt/cache" -o APT::Sandbox::User=root)
  apt "${options[@]}" -qq update
  (cd -- "$LIBNFS/apt" && apt "${options[@]}" -qq download libnfs-utils libnfs14 libc6 libgcc-s1)
  for name in "$LIBNFS"/apt/*.deb; do dpkg --extract "$name" "$tree"; done
  for name in nfs-ls nfs-cat nfs-cp; do
    # shellcheck disable=SC2016 # for the new script
    printf '#!/bin/sh\nroot=%q\nexec "$root"/usr/lib*/ld-linux-*.so.? --library-path "$(echo "$root"/usr/lib/*-linux-gnu*)" "$root/usr/bin/%s" "$@"\n' \
      "$tree" "$name" >"$LIBNFS/$name"
    chmod 0755 -- "$LIBNFS/$name"
  done
  rm -rf -- "$LIBNFS/apt"
}

# Sets NFS41, a Python that has a client of NFS 4.1 (nfs-rs, Apache-2.0), of which Debian has none but the kernel's.
use_nfs41() {
  NFS41=$CACHE/nfs-rs-0.8.7/bin/python
  [[ ! -x $NFS41 ]] || return 0
  step "getting nfs-rs, a client of NFS 4.1, from PyPI (for tests; nothing is installed)"
  rm -rf -- "$CACHE/nfs-rs.new"
  python3 -m venv --copies "$CACHE/nfs-rs.new"
  "$CACHE/nfs-rs.new/bin/python" -m pip install --quiet --disable-pip-version-check nfs-rs==0.8.7
  mv -- "$CACHE/nfs-rs.new" "$CACHE/nfs-rs-0.8.7"
}

# Sets TEST_TMP, a clean place of this checkout for loop images and databases.
use_test_directory() {
  TEST_TMP=$CACHE/$1-$(sha256sum <<<"$ROOT" | cut -c 1-8)
  install -d -m 0755 -- "$CACHE" "$LOCKS"
  exec 9>"$LOCKS/${TEST_TMP##*/}"
  flock -n 9 || refused "another ./homecloud $1 of this checkout is under way"
  sweep_tests
  install -d -m 0711 -- "$TEST_TMP"
}

# Ends the servers, databases, mounts and loop devices beneath the tests' directory, then the directory. Nothing else is
# touched.
sweep_tests() {
  local file target
  [[ -d $TEST_TMP ]] || return 0
  pkill -KILL -f -- "-XX:ErrorFile=$TEST_TMP/" || :
  while read -r file; do DATA=${file%/*} end_postgres_of "$file"; done < <(find "$TEST_TMP" -xdev -name postmaster.pid)
  while read -r file; do end_daemon_of "$file"; done < <(find "$TEST_TMP" -xdev -name '*.run' -type f)
  # First: a disk may lie on another one. What is in use goes when it is not any more.
  while read -r target; do losetup --detach "$target"; done < <(losetup --list --noheadings --output NAME,BACK-FILE | sed -n "s|^\([^ ]*\) *$TEST_TMP/.*|\1|p")
  while read -r target; do umount -- "$target" || umount --lazy -- "$target"; done < <(DATA=$TEST_TMP mounts_of_data | sort -r)
  rm -rf --one-file-system -- "$TEST_TMP"
}

# The pages of docs/reference and the chart's kinds, which are made by the tests that hold them against the code.
write_reference() {
  maven -q -Dquick -Dhomecloud.write=true -pl services/events,services/standalone -am \
    -Dtest='*PageTest,ChartIT' -Dsurefire.failIfNoSpecifiedTests=false test
  git -C "$ROOT" status --short -- docs/reference helm/homecloud/files/crds deploy/chart-cases
}

# Figures of one area: the class StorageBench of services/storage's tests, and so on; "up" is of the whole.
run_bench() {
  local area=${1:-storage}
  [[ $area != cluster ]] || { bench_cluster "${@:2}"; return; }
  [[ $area == up || ($area =~ ^[a-z]+$ && -d $ROOT/services/$area) ]] || wrong "no figures for '$area'; there are storage, sharing, backup, up and cluster"
  local packages=("${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}")
  [[ $area != backup ]] || packages+=("${BENCH_BACKUP_PACKAGES[@]}")
  install_packages "${packages[@]}"
  [[ $area != sharing ]] || use_nfs41
  system_user
  find_jdk
  use_test_directory bench
  local code=0
  bench_area "$area" "${@:2}" || code=1
  sweep_tests
  return "$code"
}

# The packaged application is what is measured; the class starts and stops it itself, with the options of production.
# Sharing's servers are measured in a network of their own, where ports are free and nobody else's servers are met.
bench_area() {
  local area=$1 class classpath=$TEST_TMP/classpath options=("${JVM_OPTIONS[@]}") apart=()
  # shellcheck disable=SC2016 # for the new shell
  [[ $area != sharing ]] || apart=(unshare --net --mount sh -euc 'mount -t tmpfs none /run; ip link set lo up; exec "$@"' sh)
  class=io.homecloud.$area.bench.${area^}Bench
  [[ $area != up ]] || { area=standalone class=io.homecloud.standalone.UpBench; }
  build_app
  [[ ! -s $APP/homecloud.aot ]] || options+=(-XX:AOTCache="$APP/homecloud.aot")
  step "building the figures of services/$area"
  maven -q -Dspotless.check.skip=true -pl "services/$area" -am test-compile dependency:build-classpath \
    -Dmdep.outputFile="$classpath" -Dmdep.includeScope=test || return
  "${apart[@]}" "$JDK/bin/java" "${JVM_OPTIONS[@]}" -Xmx512m -Dhomecloud.test.tmp="$TEST_TMP" -Dhomecloud.test.nfs41="${NFS41:-}" -Dhomecloud.bench.app="$APP" \
    -Dhomecloud.bench.cache="$CACHE" -Dhomecloud.bench.options="$(printf '%s\n' "${options[@]}")" \
    -cp "$ROOT/services/$area/target/test-classes:$ROOT/services/$area/target/classes:$(<"$classpath")" "$class" "${@:2}"
}
