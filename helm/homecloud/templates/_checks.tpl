{{/* Whether a database keeps its data in a directory of a node. */}}
{{- define "homecloud.databasesOnANode" -}}
{{- if or (and (eq .Values.postgres.mode "builtin") (not .Values.postgres.claim.enabled)) (and (eq .Values.kafka.mode "builtin") (not .Values.kafka.claim.enabled)) -}}true{{- end -}}
{{- end }}

{{/* What a schema cannot say, or not in words that help. */}}
{{- define "homecloud.checks" -}}
{{- with .Values -}}
{{- if and (eq .postgres.mode "external") (not .postgres.external.host) -}}
  {{- fail "postgres.mode is external: postgres.external.host has to name the server." -}}
{{- end -}}
{{- if and (eq .postgres.mode "external") (not .postgres.existingSecret) -}}
  {{- fail "postgres.mode is external: postgres.existingSecret has to name a Secret with the entries username and password." -}}
{{- end -}}
{{- if and (has .postgres.external.sslMode (list "verify-ca" "verify-full")) (eq .postgres.mode "external") (not .postgres.external.caSecret) -}}
  {{- fail (printf "postgres.external.sslMode is %s: postgres.external.caSecret has to name a Secret with the entry ca.crt." .postgres.external.sslMode) -}}
{{- end -}}
{{- if and (eq .kafka.mode "external") (not .kafka.external.bootstrap) -}}
  {{- fail "kafka.mode is external: kafka.external.bootstrap has to name the brokers, host:port separated by commas." -}}
{{- end -}}
{{- if and (hasPrefix "SASL" .kafka.external.securityProtocol) (not .kafka.external.saslSecret) -}}
  {{- fail (printf "kafka.external.securityProtocol is %s: kafka.external.saslSecret has to name a Secret with the entry jaas." .kafka.external.securityProtocol) -}}
{{- end -}}
{{- if and .ingress.tls.secretName .ingress.tls.issuer.name -}}
  {{- fail "ingress.tls: secretName is a certificate of yours, issuer one that cert-manager makes; name one of them." -}}
{{- end -}}
{{- if and .ingress.tls.issuer.name (not .ingress.host) -}}
  {{- fail "ingress.tls.issuer: a certificate is made for a name; ingress.host has to say it." -}}
{{- end -}}
{{- if and (eq .ingress.type "ingress") .ingress.tls.enabled (not .ingress.tls.secretName) (not .ingress.tls.issuer.name) -}}
  {{- fail "ingress.type is ingress with TLS: ingress.tls.secretName or ingress.tls.issuer.name has to say whose certificate. Or ingress.tls.enabled: false." -}}
{{- end -}}
{{- if and .networkPolicy.enabled (not .networkPolicy.nodes) -}}
  {{- fail "networkPolicy.enabled: networkPolicy.nodes has to name the addresses of the nodes (for example 192.168.1.0/24), since sharing speaks from there." -}}
{{- end -}}
{{- if and .priorityClass.create .priorityClass.name -}}
  {{- fail "priorityClass: name one that is there, or let the chart create one." -}}
{{- end -}}
{{- range $mounted := ternary (list "volumes" "pools") list (eq (include "homecloud.databasesOnANode" $) "true") -}}
  {{- $place := printf "%s/%s" (clean $.Values.storage.path) $mounted -}}
  {{- if hasPrefix (printf "%s/" $place) (printf "%s/" (clean $.Values.databases.path)) -}}
    {{- fail (printf "databases.path is in %s, where storage mounts what is on disks: after a power cut PostgreSQL may start before that, and would begin anew in an empty directory of the node. Name one that is there when the node starts." $place) -}}
  {{- end -}}
{{- end -}}
{{- $hosts := list -}}
{{- if .databases.node -}}
  {{- range (lookup "v1" "Node" "" "").items | default list -}}
    {{- $hosts = append $hosts (dig "metadata" "labels" "kubernetes.io/hostname" .metadata.name .) -}}
  {{- end -}}
{{- end -}}
{{- if and $hosts (eq (include "homecloud.databasesOnANode" $) "true") (not (has .databases.node $hosts)) -}}
  {{- fail (printf "databases.node: there is no node %s, so PostgreSQL and Kafka would run nowhere. There are (by their label kubernetes.io/hostname): %s." .databases.node (join ", " (sortAlpha $hosts))) -}}
{{- end -}}
{{- $enforced := dig "metadata" "labels" "pod-security.kubernetes.io/enforce" "" (lookup "v1" "Namespace" "" $.Release.Namespace) -}}
{{- if not (has $enforced (list "" "privileged")) -}}
  {{- fail (printf "The namespace %s takes pods of Pod Security's level %s only, and storage needs privileged, for disks: kubectl label --overwrite namespace %s pod-security.kubernetes.io/enforce=privileged" $.Release.Namespace $enforced $.Release.Namespace) -}}
{{- end -}}
{{- $other := eq .topology "compact" | ternary "storage" "compact" -}}
{{- if and $.Release.IsUpgrade (lookup "apps/v1" "DaemonSet" $.Release.Namespace (printf "%s-%s" $.Release.Name $other)) -}}
  {{- fail "topology: helm uninstall and helm install with the other one, not an upgrade: pods of both would be there for a moment, and want the same ports. Data, identity and database stay." -}}
{{- end -}}
{{- end -}}
{{- end }}
