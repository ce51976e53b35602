# shellcheck shell=bash
# Images of containers, made without a registry: deploy/images says what is in them, here it is put together.

# The same name that a registry will serve.
# HOMECLOUD_REGISTRY: where images are served, the first part of their names; ghcr.io/homecloud when absent.
readonly REGISTRY=${HOMECLOUD_REGISTRY:-ghcr.io/homecloud}
readonly IMAGE_PARTS=(storage sharing backup compact postgres kafka) DEBIAN_IMAGE=docker.io/library/debian:trixie-slim
# Of the services that are processes of their own, what Maven makes of them.
readonly SEPARATE_PARTS=(storage sharing backup)

image_version() { sed -n 's|^  <version>\(.*\)</version>|\1|p' "$ROOT/pom.xml" | head -n 1; }
image_name() { printf '%s/homecloud-%s:%s' "$REGISTRY" "$1" "$(image_version)"; }

# buildah with a store of our own, so that nobody's images are touched and ours go when the cache does.
in_store() {
  CONTAINERS_STORAGE_CONF=$IMAGES/storage.conf BUILDAH_ISOLATION=chroot TMPDIR=$IMAGES/tmp "$@"
}

use_store() {
  local driver
  install -d -m 0755 -- "$CACHE/images"
  install -d -m 0700 -- "$IMAGES" "$IMAGES/tmp"
  if [[ -s $IMAGES/storage.conf ]]; then
    in_store buildah rm --all >/dev/null 2>&1 || : # of a killed run: we hold the lock
    return
  fi
  for driver in overlay vfs; do
    printf '[storage]\ndriver = "%s"\ngraphroot = "%s"\nrunroot = "%s"\n' "$driver" "$IMAGES/store" "/run/homecloud/images-$ARCH" >"$IMAGES/storage.conf"
    if in_store buildah from --quiet scratch >/dev/null 2>&1; then
      in_store buildah rm --all >/dev/null
      return
    fi
    rm -rf -- "$IMAGES/store" "$IMAGES/storage.conf"
  done
  failed "buildah can keep no images in $IMAGES"
}

build_images() {
  local save='' part
  NATIVE=$(dpkg --print-architecture) ARCH=$NATIVE
  while (($#)); do
    [[ $1 == --*=* ]] && set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
      --save) with_value "$@"; save=$(realpath -m -- "$2"); shift 2 ;;
      --arch) with_value "$@"; ARCH=$2; shift 2 ;;
      *) wrong "unknown option '$1'" ;;
    esac
  done
  [[ $ARCH == amd64 || $ARCH == arm64 ]] || wrong "--arch is amd64 or arm64, not '$ARCH'"
  IMAGES=$CACHE/images/$ARCH
  [[ $ARCH == "$NATIVE" ]] || use_foreign
  install_packages "${IMAGE_PACKAGES[@]}" curl jq iproute2 util-linux mount
  find_jdk
  install -d -m 0755 -- "$CACHE"
  exec 8>"$CACHE/images.lock"
  flock 8
  use_store
  image_applications
  image_base
  image_build debian java
  image_build "${IMAGE_PARTS[@]}"
  # What a JVM learns under an emulator takes too long, and it is another processor's.
  if [[ ${HOMECLOUD_AOT:-on} != off && $ARCH == "$NATIVE" ]]; then
    train_images
    image_build "${IMAGE_PARTS[@]}"
  fi
  for part in "${IMAGE_PARTS[@]}"; do
    say "$(printf '%-50s %s' "$(image_name "$part")" "$(in_store buildah images --format '{{.Size}}' "$(image_name "$part")")")"
  done
  [[ -z $save ]] || save_images "$save"
  exec 8>&-
}

# Programs of the other processor run by qemu, for which the kernel is told how to start them.
use_foreign() {
  install_packages qemu-user-static binfmt-support arch-test
  mountpoint -q /proc/sys/fs/binfmt_misc || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc ||
    failed "this kernel starts no programs of $ARCH"
  case $ARCH in arm64) update-binfmts --enable qemu-aarch64 ;; amd64) update-binfmts --enable qemu-x86_64 ;; esac ||
    failed "this kernel starts no programs of $ARCH"
}

# What goes into the images beside Debian's packages, below $CONTEXT, a directory for each. Files have one time: the JVM's
# cache knows jars by it, and equal layers should be equal.
image_applications() {
  local part stamp
  stamp=$(cd -- "$ROOT" && { build_stamp; declare -f image_applications application_of only_own_libraries; cat deploy/images/postgres/*; } | sha256sum | cut -c 1-20)
  CONTEXT=$IMAGES/context
  [[ $(cat -- "$CONTEXT/stamp" 2>/dev/null) != "$stamp" ]] || return 0
  step "building the applications of the images"
  find "$ROOT"/services/*/target/classes -type f ! -name '*.class' -delete 2>/dev/null || :
  maven -q -Dquick -Dmaven.test.skip=true -Dspotless.check.skip=true package || failed "the build failed"
  rm -rf -- "$CONTEXT"
  install -d -m 0755 -- "$CONTEXT"/{common/lib,postgres,aot}
  cp -a -- "$ROOT/services/runners/storage/target/quarkus-app/lib" "$CONTEXT/common/"
  (cd -- "$CONTEXT/common/lib/main" && for part in *; do
    [[ $part != io.homecloud.* && -e $ROOT/services/runners/sharing/target/quarkus-app/lib/main/$part &&
      -e $ROOT/services/runners/backup/target/quarkus-app/lib/main/$part ]] || rm -- "$part"
  done)
  only_own_libraries "$CONTEXT/common/lib/main"
  printf '%s\n' "${JVM_OPTIONS[@]}" -XX:AOTCache=/opt/homecloud/homecloud.aot >"$CONTEXT/common/jvm.options"
  for part in "${SEPARATE_PARTS[@]}"; do
    application_of "$part" "$ROOT/services/runners/$part/target/quarkus-app"
  done
  application_of compact "$ROOT/services/standalone/target/quarkus-app"
  find "$CONTEXT/compact/lib" -name '*embedded-postgres-binaries-*' ! -name "*-linux-${ARCH/arm64/arm64v8}-*" -delete
  application_of kafka "$ROOT/services/runners/kafka/target/quarkus-app"
  cp -- "$ROOT"/services/runners/kafka/target/kafka-runner-*.jar "$CONTEXT/kafka/quarkus-run.jar"
  sed 's/^-Xmx.*/-Xmx64m/' "$CONTEXT/common/jvm.options" >"$CONTEXT/kafka/jvm.options"
  cp -a -- "$ROOT"/deploy/images/postgres/. "$CONTEXT/postgres/"
  cp -- "$ROOT/services/embedded/src/main/resources/io/homecloud/embedded/postgres/server.conf" "$CONTEXT/postgres/"
  for part in "${IMAGE_PARTS[@]}"; do install -d -m 0755 -- "$CONTEXT/aot/$part"; done
  chmod -R u=rwX,go=rX -- "$CONTEXT"
  find "$CONTEXT" -exec touch --no-dereference --date='2026-01-01 00:00:00 UTC' -- {} +
  printf '%s' "$stamp" >"$CONTEXT/stamp"
}

# Compressors bring their library for every system and processor there is: 10 MB of which one is used.
only_own_libraries() {
  local jar kept=('*inux/amd64/*' '*inux/x86_64/*')
  [[ $ARCH == amd64 ]] || kept=('*inux/aarch64/*')
  for jar in "$1"/*.{zstd,snappy,lz4}-*.jar; do
    zip -q -d "$jar" '*.so' '*.dll' '*.dylib' '*.jnilib' '*.a' -x "${kept[@]}" || failed "$jar holds no libraries of others"
  done
}

# An application without what is in a lower layer already.
application_of() {
  local jar
  cp -a -- "$2" "$CONTEXT/$1"
  rm -f -- "$CONTEXT/$1/quarkus-app-dependencies.txt"
  for jar in "$CONTEXT/$1"/lib/*/*; do
    [[ ! -e $CONTEXT/common/${jar#"$CONTEXT/$1/"} ]] || rm -- "$jar"
  done
}

# Debian: pulled when there is a registry, made of packages otherwise, under the name that the images are FROM.
image_base() {
  local container suite security mirror
  in_store buildah inspect --type image "$DEBIAN_IMAGE" >/dev/null 2>&1 && return 0
  step "getting $DEBIAN_IMAGE"
  in_store timeout 300 buildah pull --quiet --arch "$ARCH" "$DEBIAN_IMAGE" >/dev/null 2>&1 && return 0
  suite=trixie
  mirror=$(debian_mirror)
  security=$(package_sources | sed -n "s/^Debian|$(suite)-security|//p" | head -n 1)
  [[ -n $mirror ]] || failed "$DEBIAN_IMAGE cannot be pulled, and no Debian mirror is known to make it of"
  step "there is no registry; making it of packages of $mirror"
  {
    printf 'deb %s %s main\n' "$mirror" "$suite" "$mirror" "$suite-updates"
    [[ -z $security ]] || printf 'deb %s %s-security main\n' "$security" "$suite"
  } >"$IMAGES/debian.sources"
  mmdebstrap --quiet --mode=root --variant=minbase --architectures="$ARCH" --skip=cleanup/tmp \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "$suite" "$IMAGES/debian.tar" - <"$IMAGES/debian.sources" || failed "Debian's packages did not arrive"
  container=$(in_store buildah from --quiet scratch)
  in_store buildah add --quiet "$container" "$IMAGES/debian.tar" / >/dev/null
  in_store buildah config --arch "$ARCH" --cmd bash "$container"
  in_store buildah commit --quiet --rm "$container" "$DEBIAN_IMAGE" >/dev/null
  rm -f -- "$IMAGES/debian.tar"
}

# Each by its Containerfile; what did not change comes from the store.
image_build() {
  local part tag
  for part in "$@"; do
    step "image $part"
    tag=localhost/homecloud-$part
    [[ " ${IMAGE_PARTS[*]} " != *" $part "* ]] || tag=$(image_name "$part")
    in_store buildah bud --quiet --layers --pull-never --arch "$ARCH" --tag "$tag" --file "$ROOT/deploy/images/Containerfile.$part" "$CONTEXT" \
      >"$IMAGES/$part.log" 2>&1 || { tail -n 20 -- "$IMAGES/$part.log" >&2; failed "the image $part was not made"; }
  done
}

# save_images DIRECTORY: an archive of each image, and one of all, which has what they share once. Each is an OCI layout in
# a tar file: "ctr images import FILE" takes it, k3s takes it from its directory agent/images, skopeo and podman load it.
save_images() {
  local directory=$1 part layout=$IMAGES/layout
  step "saving to $directory"
  install -d -m 0755 -- "$directory"
  rm -rf -- "$layout"
  for part in "${IMAGE_PARTS[@]}"; do
    in_store buildah push --quiet --disable-compression "$(image_name "$part")" "oci:$layout:$(image_name "$part")" ||
      failed "$part was not saved"
  done
  # containerd takes the name from here.
  jq -c '.manifests[].annotations |= (. + {"io.containerd.image.name": ."org.opencontainers.image.ref.name"})' \
    "$layout/index.json" >"$layout/index.all"
  for part in "${IMAGE_PARTS[@]}"; do save_layout "$directory/homecloud-$part" "$(image_name "$part")"; done
  save_layout "$directory/homecloud-images"
  rm -rf -- "$layout"
}

# save_layout FILE [IMAGE]: of the layout what belongs to the image, or everything.
save_layout() {
  local file manifest blobs=(blobs)
  file=$1-$(image_version)-$ARCH.tar
  jq -c --arg name "${2:-}" '.manifests |= map(select($name == "" or .annotations."io.containerd.image.name" == $name))' \
    "$layout/index.all" >"$layout/index.json"
  if [[ -n ${2:-} ]]; then
    manifest=$(jq -r '.manifests[0].digest' "$layout/index.json")
    mapfile -t blobs < <({ printf '%s\n' "$manifest"; jq -r '.config.digest, .layers[].digest' "$layout/blobs/${manifest/://}"; } | sort -u | sed 's|^|blobs/|; s|:|/|')
  fi
  tar --create --file "$file.new" --directory "$layout" --owner 0 --group 0 oci-layout index.json "${blobs[@]}"
  mv -- "$file.new" "$file"
}
