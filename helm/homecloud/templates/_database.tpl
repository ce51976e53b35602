{{/*
One server on a directory of one node: a StatefulSet of one pod, its Service, its account.
  root, part   as elsewhere
  does         a sentence about it, for dashboards
  user         number of the account that it runs as
  data         where its data is mounted
  env, probe, writable
*/}}
{{- define "homecloud.database" -}}
{{- $root := .root -}}
{{- $values := get $root.Values .part -}}
{{- $claim := $values.claim.enabled -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "homecloud.name" . }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "homecloud.labels" . | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "homecloud.name" . }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "homecloud.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "homecloud.selector" . | nindent 4 }}
  ports:
    - name: {{ .part }}
      port: {{ include "homecloud.port" .part }}
      targetPort: {{ .part }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "homecloud.name" . }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "homecloud.labels" . | nindent 4 }}
  annotations:
    kubernetes.io/description: {{ .does | quote }}
spec:
  replicas: 1
  serviceName: {{ include "homecloud.name" . }}
  selector:
    matchLabels:
      {{- include "homecloud.selector" . | nindent 6 }}
  {{- if $claim }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: Retain
    whenScaled: Retain
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "homecloud.selector" . | nindent 8 }}
    spec:
      {{- include "homecloud.pod" . | nindent 6 }}
      automountServiceAccountToken: false
      nodeSelector:
        {{- with and (not $claim) (include "homecloud.databaseNode" $root) }}
        kubernetes.io/hostname: {{ . | quote }}
        {{- else }}
        {{- toYaml $root.Values.nodes.selector | nindent 8 }}
        {{- end }}
      terminationGracePeriodSeconds: 60
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ .user }}
        runAsGroup: {{ .user }}
        {{- if $claim }}
        fsGroup: {{ .user }}
        fsGroupChangePolicy: OnRootMismatch
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      {{- if not $claim }}
      initContainers:
        # A directory of the node comes into being as root's; nobody else can give it away.
        - name: owner
          image: {{ include "homecloud.image" . }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          command: [chown, "{{ .user }}:{{ .user }}", {{ .data }}]
          securityContext:
            runAsNonRoot: false
            runAsUser: 0
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
              add: [CHOWN]
          volumeMounts:
            - name: data
              mountPath: {{ .data }}
      {{- end }}
      containers:
        - name: {{ .part }}
          image: {{ include "homecloud.image" . }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          ports:
            - name: {{ .part }}
              containerPort: {{ include "homecloud.port" .part }}
          env:
            {{- toYaml .env | nindent 12 }}
          startupProbe:
            {{- toYaml .probe | nindent 12 }}
            periodSeconds: 2
            timeoutSeconds: 5
            failureThreshold: 150
          readinessProbe:
            {{- toYaml .probe | nindent 12 }}
            periodSeconds: 30
            timeoutSeconds: 10
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: data
              mountPath: {{ .data }}
            {{- range $name, $path := .writable }}
            - name: {{ $name }}
              mountPath: {{ $path }}
            {{- end }}
      volumes:
        {{- range $name, $_ := .writable }}
        - name: {{ $name }}
          emptyDir: {}
        {{- end }}
        {{- if not $claim }}
        - name: data
          hostPath:
            path: {{ $root.Values.databases.path }}/{{ .part }}
            # Another one is somebody's disk: while it is not mounted PostgreSQL waits, and does not begin anew beneath it.
            type: {{ eq (clean $root.Values.databases.path) "/var/lib/homecloud/databases" | ternary "DirectoryOrCreate" "Directory" }}
        {{- end }}
  {{- if $claim }}
  volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: data
        labels:
          {{- include "homecloud.selector" . | nindent 10 }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $values.claim.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $values.claim.size }}
  {{- end }}
{{- end }}
