# shellcheck shell=bash
# The programs of the throw-away Kubernetes, built from deploy/cluster (a Go module), and the images of those that run as
# pods. Each is kept by what it was made of, beside the other builds.

readonly CLUSTER_SOURCES=$ROOT/deploy/cluster
declare -rA CLUSTER_PROGRAMS=([kube]=./kube [coredns]=./coredns [pause]=./pause [helm]=helm.sh/helm/v3/cmd/helm
  [traefik]=github.com/traefik/traefik/v3/cmd/traefik)

# Sets GO. Whether it is new enough is said by go.mod; a Go of the last years then gets the newer one by itself.
find_go() {
  local program
  for program in "$(command -v go || :)" /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
    if [[ -x $program ]]; then
      GO=$program
      return 0
    fi
  done
  failed "Kubernetes is built from source here, and there is no Go: install Debian's golang (Debian 13 or newer) or the one of https://go.dev/dl into /usr/local/go"
}

# Sets PROGRAMS, where the finished programs of these sources are.
cluster_programs() {
  [[ -z ${PROGRAMS:-} ]] || return 0
  find_go
  local key
  key=$(
    cd -- "$CLUSTER_SOURCES"
    { find . -type f \( -name '*.go' -o -name 'go.*' \) -print0 | sort -z | xargs -0 sha256sum && "$GO" version; } | sha256sum | cut -c 1-16
  )
  PROGRAMS=$CACHE/cluster/programs-$key
  install -d -m 0755 -- "$PROGRAMS"
}

go_build() { GOCACHE=$CACHE/go-build CGO_ENABLED=0 GOFLAGS=-buildvcs=false nice "$GO" "$@"; }

# Builds what is missing of the named programs. They appear under their names when they are whole.
build_programs() {
  local name missing=()
  cluster_programs
  exec 7>"$CACHE/cluster/lock"
  flock 7
  for name in "$@"; do [[ -x $PROGRAMS/$name ]] || missing+=("$name"); done
  if ((${#missing[@]})); then
    step "building ${missing[*]} (the first time takes some minutes)"
    local work=$CACHE/cluster/build
    rm -rf -- "$work"
    install -d -m 0755 -- "$work"
    module_without_clouds "$work"
    for name in "${missing[@]}"; do
      (cd -- "$CLUSTER_SOURCES" &&
        go_build build -modfile="$work/go.mod" -trimpath -ldflags='-s -w' -o "$work/$name" "${CLUSTER_PROGRAMS[$name]}") ||
        failed "$name could not be built"
      mv -- "$work/$name" "$PROGRAMS/$name"
    done
    [[ " ${missing[*]} " != *' kube '* ]] || ln -sfn kube "$PROGRAMS/kubectl"
    rm -rf -- "$work"
    forget_old_programs
  fi
  exec 7>&-
}

# A go.mod in which lego, which gets certificates for Traefik, is a copy without its 150 DNS providers.
module_without_clouds() {
  local lego
  lego=$(cd -- "$CLUSTER_SOURCES" && go_build mod download -json github.com/go-acme/lego/v4 | jq -r .Dir)
  [[ -d $lego ]] || failed "Go could not get its modules; is the network there?"
  cp -r -- "$lego" "$1/lego"
  chmod -R u+w -- "$1/lego"
  cp -- "$CLUSTER_SOURCES/lego/providers.go" "$1/lego/providers/dns/zz_gen_dns_providers.go"
  cp -- "$CLUSTER_SOURCES/go.mod" "$CLUSTER_SOURCES/go.sum" "$1"
  go_build mod edit -replace "github.com/go-acme/lego/v4=$1/lego" "$1/go.mod"
}

# Three generations of programs stay, unless somebody runs them.
forget_old_programs() {
  local old
  while read -r old; do
    grep -qsF -- "$CACHE/cluster/$old/" /proc/[0-9]*/cmdline || rm -rf -- "${CACHE:?}/cluster/$old"
  done < <(find "$CACHE/cluster" -maxdepth 1 -name 'programs-*' -printf '%T@ %f\n' | sort -rn | sed -n "$((BUILDS_KEPT + 1)),\$s/.* //p")
}

# Sets KUBE: the program that is kube-apiserver, kubelet, kubectl and so on, by its first word. With etcd it is all that a
# test of custom resources needs.
use_kubernetes() {
  build_programs kube
  KUBE=$PROGRAMS/kube
}

# Makes $1.tar, an image with the file tree $2 and the command after it, as "docker load" and containerd take it.
make_image() {
  local name=$1 tree=$2 work
  shift 2
  work=$(mktemp -d "$CACHE/cluster/image.XXXXXX")
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$tree" -cf "$work/layer.tar" .
  jq -n --arg layer "sha256:$(sha256sum <"$work/layer.tar" | cut -d ' ' -f 1)" --arg machine "$(go_machine)" \
    '{architecture: $machine, os: "linux", config: {Entrypoint: $ARGS.positional, Env: ["PATH=/bin"]}, rootfs: {type: "layers", diff_ids: [$layer]}}' \
    --args "$@" >"$work/config.json"
  jq -n --arg name "localhost/cluster-$name:1" '[{Config: "config.json", RepoTags: [$name], Layers: ["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf "$PROGRAMS/$name.tar.new" manifest.json config.json layer.tar
  mv -- "$PROGRAMS/$name.tar.new" "$PROGRAMS/$name.tar"
  rm -rf -- "$work"
}

go_machine() { "$GO" env GOARCH; }

# The images of what runs in pods: one program each; and Debian's busybox for the stories.
cluster_images() {
  local name tree
  for name in pause coredns traefik busybox; do
    [[ ! -e $PROGRAMS/$name.tar ]] || continue
    tree=$(mktemp -d "$CACHE/cluster/tree.XXXXXX")
    chmod 0755 -- "$tree"
    install -d -m 0755 -- "$tree/bin"
    install -d -m 1777 -- "$tree/tmp"
    if [[ $name == busybox ]]; then
      install -m 0755 -- /bin/busybox "$tree/bin/busybox"
      busybox --list | while read -r applet; do ln -sf busybox "$tree/bin/$applet"; done
      ln -sf busybox "$tree/bin/busybox.sh"
      make_image busybox "$tree" /bin/sh
    else
      install -m 0755 -- "$PROGRAMS/$name" "$tree/bin/$name"
      make_image "$name" "$tree" "/bin/$name"
    fi
    rm -rf -- "$tree"
  done
  # Traefik's kinds, from the sources that it was built of.
  [[ -e $PROGRAMS/traefik-crds.yaml ]] || {
    local traefik
    traefik=$(cd -- "$CLUSTER_SOURCES" && go_build mod download -json github.com/traefik/traefik/v3 | jq -r .Dir)
    install -m 0644 -- "$traefik/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml" "$PROGRAMS/traefik-crds.yaml"
  }
}
