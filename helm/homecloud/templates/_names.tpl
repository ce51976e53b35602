{{/* Names, labels and images. Parts: storage sharing backup compact postgres kafka. */}}

{{- define "homecloud.name" -}}
{{ .root.Release.Name }}-{{ .part }}
{{- end }}

{{/* By these a pod belongs to its set: they never change, so no version is among them. */}}
{{- define "homecloud.selector" -}}
app.kubernetes.io/name: homecloud
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "homecloud.labels" -}}
{{ include "homecloud.selector" . }}
app.kubernetes.io/part-of: homecloud
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "homecloud.image" -}}
{{ .root.Values.image.registry }}/homecloud-{{ .part }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "homecloud.port" -}}
{{ get (dict "storage" 8081 "sharing" 8082 "backup" 8083 "compact" 8080 "postgres" 5432 "kafka" 9092) . }}
{{- end }}

{{/* The services that this topology runs. */}}
{{- define "homecloud.services" -}}
{{ eq .Values.topology "compact" | ternary "compact" "storage sharing backup" }}
{{- end }}

{{/* Which part answers for a service: itself, or the one process of all. */}}
{{- define "homecloud.partOf" -}}
{{ eq .root.Values.topology "compact" | ternary "compact" .service }}
{{- end }}

{{/* What a pod of any part has. */}}
{{- define "homecloud.pod" -}}
serviceAccountName: {{ include "homecloud.name" . }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- if .root.Values.priorityClass.create }}
priorityClassName: {{ include "homecloud.priorityClass" .root }}
{{- else if .root.Values.priorityClass.name }}
priorityClassName: {{ .root.Values.priorityClass.name }}
{{- end }}
{{- with .root.Values.nodes.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
# Otherwise the address of the Service …-storage would arrive as HOMECLOUD_STORAGE_PORT, which is a setting.
enableServiceLinks: false
{{- end }}

{{- define "homecloud.priorityClass" -}}
{{ .Release.Namespace }}-{{ .Release.Name }}
{{- end }}
