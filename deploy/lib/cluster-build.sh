# shellcheck shell=bash
# The programs of the throw-away Kubernetes, built from deploy/cluster (a Go module), and the images of those that run as
# pods. Each is kept by what it was made of, beside the other builds.

readonly CLUSTER_SOURCES=$ROOT/deploy/cluster
declare -rA CLUSTER_PROGRAMS=([kube]=./kube [coredns]=./coredns [pause]=./pause [hello]=./hello [helm]=helm.sh/helm/v3/cmd/helm
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
  touch -- "$PROGRAMS"
}

# Once more when it failed: what it needs comes from a network.
go_build() {
  local -x GOCACHE=$CACHE/go-build CGO_ENABLED=0 GOFLAGS=-buildvcs=false
  nice "$GO" "$@" || nice "$GO" "$@"
}

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
        go_build build -modfile="$work/go.mod" -trimpath -ldflags="-s -w $(version_flags)" -o "$work/$name" "${CLUSTER_PROGRAMS[$name]}") ||
        failed "$name could not be built"
      mv -- "$work/$name" "$PROGRAMS/$name"
    done
    [[ " ${missing[*]} " != *' kube '* ]] || ln -sfn kube "$PROGRAMS/kubectl"
    rm -rf -- "$work"
    forget_old_programs
  fi
  exec 7>&-
}

# Where Go keeps the sources of a module.
module_directory() {
  local directory
  directory=$(cd -- "$CLUSTER_SOURCES" && go_build mod download -json "$1" | jq -r '.Dir // empty')
  [[ -d $directory ]] || failed "Go could not get $1; is the network there?"
  echo "$directory"
}

# What programs of releases say of themselves; without it charts think that this is Kubernetes 0.0.
version_flags() {
  local kubernetes helm place=k8s.io/component-base/version
  kubernetes=$(module_version k8s.io/kubernetes) helm=$(module_version helm.sh/helm/v3)
  [[ $kubernetes =~ ^v([0-9]+)\.([0-9]+)\. ]]
  printf -- '-X %s ' "$place.gitVersion=$kubernetes" "$place.gitMajor=${BASH_REMATCH[1]}" "$place.gitMinor=${BASH_REMATCH[2]}" \
    "helm.sh/helm/v3/internal/version.version=$helm" "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=${BASH_REMATCH[1]}" \
    "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=${BASH_REMATCH[2]}" "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=${BASH_REMATCH[1]}" \
    "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=${BASH_REMATCH[2]}" \
    "github.com/traefik/traefik/v3/pkg/version.Version=$(module_version github.com/traefik/traefik/v3)"
}

module_version() { sed -n "s|^\t$1 \(v[^ ]*\)$|\1|p" "$CLUSTER_SOURCES/go.mod"; }

# A go.mod in which lego, which gets certificates for Traefik, is a copy without its 150 DNS providers.
module_without_clouds() {
  cp -r -- "$(module_directory github.com/go-acme/lego/v4)" "$1/lego"
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

# The named images of what runs in pods: one program each. "tools" and "socat" are for the stories, with some of this machine's programs.
cluster_images() {
  local name tree
  for name in "$@"; do
    [[ ! -e $PROGRAMS/$name.tar ]] || continue
    tree=$(mktemp -d "$CACHE/cluster/tree.XXXXXX")
    chmod 0755 -- "$tree"
    install -d -m 0755 -- "$tree/bin"
    install -d -m 1777 -- "$tree/tmp"
    if [[ $name == tools ]]; then
      install -m 0755 -- "$PROGRAMS/hello" "$tree/bin/hello"
      copy_programs "$tree" sh cat echo ls sleep hostname getent curl
      make_image tools "$tree" /bin/hello
    elif [[ $name == socat ]]; then
      copy_programs "$tree" socat
      make_image socat "$tree" /bin/socat
    else
      install -m 0755 -- "$PROGRAMS/$name" "$tree/bin/$name"
      make_image "$name" "$tree" "/bin/$name"
    fi
    rm -rf -- "$tree"
  done
}

# Copies programs of this machine into the tree $1, with the libraries that they load.
copy_programs() {
  local tree=$1 name library
  shift
  for name in "$@"; do
    name=$(type -P "$name")
    cp -L -- "$name" "$tree/bin/"
    while read -r library; do
      [[ -e $tree$library ]] || { install -d -m 0755 -- "$tree$(dirname -- "$library")" && cp -L -- "$library" "$tree$library"; }
    done < <(ldd "$name" | grep -o '/[^ ]*')
  done
}

# Sets TRAEFIK_KINDS: Traefik's custom resources, from the sources that it was built of.
traefik_kinds() {
  TRAEFIK_KINDS=$PROGRAMS/traefik-kinds.yaml
  [[ ! -e $TRAEFIK_KINDS ]] || return 0
  install -m 0644 -- "$(module_directory github.com/traefik/traefik/v3)/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml" "$TRAEFIK_KINDS.new"
  mv -- "$TRAEFIK_KINDS.new" "$TRAEFIK_KINDS"
}
