# shellcheck shell=bash
# The chart as text, without a cluster.

# What the chart is told of a cluster where there is none to ask.
readonly CHART_KUBERNETES=1.34.0

# Sets HELM, built beside the cluster's programs. What is printed is the chart alone.
use_helm() {
  cluster_programs
  [[ -x $PROGRAMS/helm ]] || build_programs helm >&2
  HELM=$PROGRAMS/helm
}

# The chart with the values of a file, as Helm would send it to a cluster.
render_chart() { "$HELM" template homecloud "$ROOT/helm/homecloud" --namespace homecloud --kube-version "$CHART_KUBERNETES" --values "$1"; }

lint_chart() { "$HELM" lint --strict --quiet --kube-version "$CHART_KUBERNETES" "$ROOT/helm/homecloud"; }
