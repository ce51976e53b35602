{{/* What an installation is given once and keeps: who it is, on which node its databases are. */}}

{{- define "homecloud.kept" -}}
{{- $kept := lookup "v1" "ConfigMap" .Release.Namespace (printf "%s-installation" .Release.Name) | default dict -}}
{{- get ($kept.data | default dict) .key -}}
{{- end }}

{{- define "homecloud.installationId" -}}
{{- $root := . -}}
{{- $kept := include "homecloud.kept" (dict "Release" $root.Release "key" "id") -}}
{{- $root.Values.installationId | default $kept | default uuidv4 -}}
{{- end }}

{{/*
The node of the databases: as said, or as it was, or the first one with the label. Without a cluster to ask (helm template)
nothing is known; then any node with the label will do, which is right with one node only.
*/}}
{{- define "homecloud.databaseNode" -}}
{{- $kept := include "homecloud.kept" (dict "Release" .Release "key" "databaseNode") -}}
{{- $found := list -}}
{{- range (lookup "v1" "Node" "" "").items | default list -}}
  {{- $node := . -}}
  {{- $fits := true -}}
  {{- range $key, $value := $.Values.nodes.selector -}}
    {{- if ne (get ($node.metadata.labels | default dict) $key) $value -}}{{- $fits = false -}}{{- end -}}
  {{- end -}}
  {{- if $fits -}}{{- $found = append $found (get $node.metadata.labels "kubernetes.io/hostname" | default $node.metadata.name) -}}{{- end -}}
{{- end -}}
{{- if and (not $found) (lookup "v1" "Namespace" "" "default") -}}
  {{- $label := list -}}
  {{- range $key, $value := .Values.nodes.selector -}}{{- $label = append $label (printf "%s=%s" $key $value) -}}{{- end -}}
  {{- fail (printf "No node has the label %s, so homecloud would run nowhere. Name the nodes with the disks first: kubectl label node NAME %s" (join "," $label) (join " " $label)) -}}
{{- end -}}
{{- .Values.databases.node | default $kept | default (first (sortAlpha $found) | default "") -}}
{{- end }}

{{/* The first administrator's password is made once. */}}
{{- define "homecloud.administratorSecret" -}}
{{ .Values.administrator.existingSecret | default (printf "%s-administrator" .Release.Name) }}
{{- end }}

{{/* The password of the chart's PostgreSQL is made once. */}}
{{- define "homecloud.databaseSecret" -}}
{{ .Values.postgres.existingSecret | default (printf "%s-postgres" .Release.Name) }}
{{- end }}

{{/*
Of a Secret that is rendered only where there is none yet. A hook is in no manifest of the release: Helm does not take it away at
an upgrade without it, and a rollback does not set it back.
*/}}
{{- define "homecloud.madeOnce" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/resource-policy: keep
{{- end }}
