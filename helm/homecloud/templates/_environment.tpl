{{/* What every service is told; the names are those of docs/reference/configuration.md. */}}
{{- define "homecloud.env" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
- name: HOMECLOUD_NODE
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
- name: HOMECLOUD_POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: HOMECLOUD_URL
  value: http://$(HOMECLOUD_POD_IP):{{ .port }}
- name: HOMECLOUD_DATA
  value: /var/lib/homecloud
- name: HOMECLOUD_LISTEN
  value: 0.0.0.0
- name: HOMECLOUD_PORT
  value: {{ .port | quote }}
{{- with $values.timeZone }}
- name: TZ
  value: {{ . }}
{{- end }}
- name: HOMECLOUD_KUBERNETES_NAMESPACE
  value: {{ $root.Release.Namespace }}
- name: HOMECLOUD_INSTALLATION_ID
  valueFrom:
    configMapKeyRef:
      name: {{ $root.Release.Name }}-installation
      key: id
- name: HOMECLOUD_DB_URL
  value: {{ include "homecloud.databaseUrl" $root }}
- name: HOMECLOUD_DB_USER
  valueFrom:
    secretKeyRef:
      name: {{ include "homecloud.databaseSecret" $root }}
      key: username
- name: HOMECLOUD_DB_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "homecloud.databaseSecret" $root }}
      key: password
{{- if eq $values.kafka.mode "external" }}
- name: HOMECLOUD_KAFKA_BOOTSTRAP
  value: {{ $values.kafka.external.bootstrap | quote }}
- name: KAFKA_SECURITY_PROTOCOL
  value: {{ $values.kafka.external.securityProtocol }}
{{- if $values.kafka.external.caSecret }}
- name: KAFKA_SSL_TRUSTSTORE_TYPE
  value: PEM
- name: KAFKA_SSL_TRUSTSTORE_LOCATION
  value: /etc/homecloud/kafka/ca.crt
{{- end }}
{{- if $values.kafka.external.saslSecret }}
- name: KAFKA_SASL_MECHANISM
  value: {{ $values.kafka.external.saslMechanism }}
- name: KAFKA_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef:
      name: {{ $values.kafka.external.saslSecret }}
      key: jaas
{{- end }}
{{- else }}
- name: HOMECLOUD_KAFKA_BOOTSTRAP
  value: {{ include "homecloud.kafkaAddress" $root }}
{{- end }}
{{- if has .part (list "sharing" "backup") }}
# Those of the same node.
- name: HOMECLOUD_STORAGE_URL
  value: http://{{ $root.Release.Name }}-storage-here:{{ include "homecloud.port" "storage" }}
{{- end }}
{{- if eq .part "sharing" }}
- name: HOMECLOUD_BACKUP_URL
  value: http://{{ $root.Release.Name }}-backup-here:{{ include "homecloud.port" "backup" }}
{{- end }}
{{- if eq .part "backup" }}
- name: HOMECLOUD_SHARING_URL
  value: http://{{ $root.Release.Name }}-sharing-here:{{ include "homecloud.port" "sharing" }}
{{- end }}
{{- if ne $values.ingress.type "none" }}
# The ingress says who really asks; it alone is believed.
- name: QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING
  value: "true"
- name: QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED
  value: "true"
- name: QUARKUS_HTTP_PROXY_ENABLE_FORWARDED_HOST
  value: "true"
- name: QUARKUS_HTTP_PROXY_TRUSTED_PROXIES
  value: {{ prepend $values.ingress.trustedProxies "127.0.0.1" | join "," | quote }}
{{- end }}
- name: QUARKUS_LOG_CONSOLE_ENABLED
  value: "true"
- name: QUARKUS_LOG_FILE_ENABLED
  value: "false"
- name: HOMECLOUD_CACHE
  value: /var/lib/homecloud/cache
{{- end }}

{{- define "homecloud.sharingEnv" -}}
{{- with .Values.sharing.hostName }}
- name: HOMECLOUD_HOST
  value: {{ . }}
{{- end }}
{{- if and .Values.ingress.host (ne .Values.ingress.type "none") }}
- name: HOMECLOUD_PUBLIC_URL
  value: {{ .Values.ingress.tls.enabled | ternary "https" "http" }}://{{ .Values.ingress.host }}
- name: HOMECLOUD_PUBLIC_WEBDAV
  value: "false"
{{- end }}
- name: HOMECLOUD_SMB_PORT
  value: {{ .Values.sharing.ports.smb | quote }}
- name: HOMECLOUD_NFS_PORT
  value: {{ .Values.sharing.ports.nfs | quote }}
- name: HOMECLOUD_HTTPS_PORT
  value: {{ .Values.sharing.ports.https | quote }}
{{- if .Values.sharing.certificateSecret }}
- name: HOMECLOUD_CERTIFICATE
  value: /etc/homecloud/certificate/tls.crt
- name: HOMECLOUD_CERTIFICATE_KEY
  value: /etc/homecloud/certificate/tls.key
{{- end }}
{{- end }}

{{- define "homecloud.databaseUrl" -}}
{{- with .Values.postgres -}}
{{- if eq .mode "external" -}}
jdbc:postgresql://{{ .external.host }}:{{ .external.port }}/{{ .external.database }}?sslmode={{ .external.sslMode }}{{ if .external.caSecret }}&sslrootcert=/etc/homecloud/postgres/ca.crt{{ end }}
{{- else -}}
jdbc:postgresql://{{ $.Release.Name }}-postgres:5432/homecloud
{{- end -}}
{{- end -}}
{{- end }}

{{- define "homecloud.kafkaAddress" -}}
{{ .Release.Name }}-kafka.{{ .Release.Namespace }}.svc:9092
{{- end }}

{{/* The authorities of servers that are not the chart's. */}}
{{- define "homecloud.certificateMounts" -}}
{{- range $server := list "postgres" "kafka" }}
{{- $values := get $.Values $server }}
{{- if and (eq $values.mode "external") $values.external.caSecret }}
- name: {{ $server }}-ca
  mountPath: /etc/homecloud/{{ $server }}
  readOnly: true
{{- end }}
{{- end }}
{{- end }}

{{- define "homecloud.certificateVolumes" -}}
{{- range $server := list "postgres" "kafka" }}
{{- $values := get $.Values $server }}
{{- if and (eq $values.mode "external") $values.external.caSecret }}
- name: {{ $server }}-ca
  secret:
    secretName: {{ $values.external.caSecret }}
    items:
      - {key: ca.crt, path: ca.crt}
{{- end }}
{{- end }}
{{- end }}
