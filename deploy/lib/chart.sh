# shellcheck shell=bash
# The chart as text, without a cluster.

# HELM: what renders it. What the chart is told of a cluster where there is none to ask: CHART_KUBERNETES.
readonly HELM_VERSION=v3.19.5 CHART_KUBERNETES=1.34.0

# Sets HELM, built once and kept with the builds.
use_helm() {
  local place=$CACHE/helm-$HELM_VERSION go
  HELM=$place/helm
  [[ ! -x $HELM ]] || return 0
  go=$(command -v go || echo /usr/local/go/bin/go)
  [[ -x $go ]] || failed "helm is built with Go, which is not installed"
  step "building helm $HELM_VERSION (once)"
  rm -rf -- "$place.new"
  GOBIN=$place.new "$go" install "helm.sh/helm/v3/cmd/helm@$HELM_VERSION" >&2 || failed "helm was not built; is the network there?"
  rm -rf -- "$place"
  mv -- "$place.new" "$place"
}

# The chart with the values of a file, as Helm would send it to a cluster.
render_chart() { "$HELM" template homecloud "$ROOT/helm/homecloud" --namespace homecloud --kube-version "$CHART_KUBERNETES" --values "$1"; }

lint_chart() { "$HELM" lint --strict --quiet --kube-version "$CHART_KUBERNETES" "$ROOT/helm/homecloud"; }
