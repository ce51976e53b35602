{{/*
One of homecloud's services on every node that has the label: a DaemonSet, its Service, its account.
  root         the chart's dot
  part         storage, sharing, backup or compact
  does         a sentence about it, for dashboards
  hostNetwork  clients' addresses arrive, and ports are the node's
  hostPID      it sees who keeps a mount busy, in every container
  privileged   devices of the node
  capabilities what it may, when it is not privileged
  pivots       programs get a root directory of their own
  mounts       Bidirectional: its mounts are everybody's; HostToContainer: it sees those of others
  asked        services of the same node ask it
  update       RollingUpdate, or OnDelete: who deletes the pod chooses the moment
*/}}
{{- define "homecloud.service" -}}
{{- $root := .root -}}
{{- $values := get $root.Values .part -}}
{{- $port := include "homecloud.port" .part -}}
{{- $serves := has .part (list "sharing" "compact") -}}
{{- $sharing := $root.Values.sharing -}}
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
    - name: http
      port: {{ $port }}
      targetPort: http
      appProtocol: http
---
{{- if .asked }}
# For who runs on the same node: no way over another one, and none that fails with another one.
apiVersion: v1
kind: Service
metadata:
  name: {{ include "homecloud.name" . }}-here
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "homecloud.labels" . | nindent 4 }}
    homecloud.io/metrics: elsewhere
spec:
  internalTrafficPolicy: Local
  selector:
    {{- include "homecloud.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ $port }}
      targetPort: http
      appProtocol: http
---
{{- end }}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {{ include "homecloud.name" . }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "homecloud.labels" . | nindent 4 }}
  annotations:
    kubernetes.io/description: {{ .does | quote }}
spec:
  selector:
    matchLabels:
      {{- include "homecloud.selector" . | nindent 6 }}
  updateStrategy:
    type: {{ .update }}
  minReadySeconds: 5
  template:
    metadata:
      labels:
        {{- include "homecloud.selector" . | nindent 8 }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .part }}
    spec:
      {{- include "homecloud.pod" . | nindent 6 }}
      automountServiceAccountToken: true
      nodeSelector:
        {{- toYaml $root.Values.nodes.selector | nindent 8 }}
      {{- if .hostNetwork }}
      hostNetwork: true
      dnsPolicy: ClusterFirstWithHostNet
      {{- end }}
      {{- if .hostPID }}
      hostPID: true
      {{- end }}
      terminationGracePeriodSeconds: 90
      securityContext:
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: {{ .part }}
          image: {{ include "homecloud.image" . }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          ports:
            - name: http
              containerPort: {{ $port }}
          env:
            {{- include "homecloud.env" (dict "root" $root "part" .part "port" $port) | nindent 12 }}
            {{- if $serves }}
            {{- include "homecloud.sharingEnv" $root | trim | nindent 12 }}
            {{- end }}
            {{- with get $root.Values.storage "images" }}
            {{- if has $.part (list "storage" "compact") }}
            - name: HOMECLOUD_IMAGES
              value: {{ join "," . | quote }}
            {{- end }}
            {{- end }}
            {{- if .hostPID }}
            # Its init is not the first process here, and reaps all the same.
            - name: TINI_SUBREAPER
              value: "true"
            {{- end }}
            {{- range $name, $value := $values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          startupProbe:
            httpGet: {path: /q/health/live, port: http}
            periodSeconds: 2
            timeoutSeconds: 5
            # It begins to answer when PostgreSQL does; being started anew would not help it.
            failureThreshold: 900
          livenessProbe:
            httpGet: {path: /q/health/live, port: http}
            periodSeconds: 30
            timeoutSeconds: 10
            failureThreshold: 4
          readinessProbe:
            httpGet: {path: /q/health/ready, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            runAsUser: 0
            readOnlyRootFilesystem: true
            {{- if .privileged }}
            privileged: true
            {{- else }}
            privileged: false
            # Kubernetes refuses to say no beside SYS_ADMIN, which mounting takes.
            allowPrivilegeEscalation: true
            # The usual profile forbids mount, which is what this one does.
            appArmorProfile:
              type: Unconfined
            {{- if .pivots }}
            # The usual list of system calls has no pivot_root, by which bubblewrap sets duplicity apart.
            seccompProfile:
              type: Unconfined
            {{- end }}
            capabilities:
              drop: [ALL]
              add: [{{ join ", " .capabilities }}]
            {{- end }}
          # Not below /dev, which may be the node's.
          terminationMessagePath: /tmp/termination-log
          terminationMessagePolicy: FallbackToLogsOnError
          volumeMounts:
            - name: data
              mountPath: /var/lib/homecloud
              mountPropagation: {{ .mounts }}
            - name: tmp
              mountPath: /tmp
            - name: run
              mountPath: /run
            {{- if .privileged }}
            - name: dev
              mountPath: /dev
            - name: udev
              mountPath: /run/udev
              readOnly: true
            {{- end }}
            {{- with include "homecloud.certificateMounts" $root | trim }}
            {{- . | nindent 12 }}
            {{- end }}
            {{- if and $serves $sharing.certificateSecret }}
            - name: certificate
              mountPath: /etc/homecloud/certificate
              readOnly: true
            {{- end }}
      volumes:
        - name: data
          hostPath:
            path: {{ $root.Values.storage.path }}
            type: DirectoryOrCreate
        - name: tmp
          emptyDir: {}
        - name: run
          emptyDir:
            medium: Memory
            sizeLimit: 64Mi
        {{- if .privileged }}
        - name: dev
          hostPath:
            path: /dev
            type: Directory
        - name: udev
          hostPath:
            path: /run/udev
            type: DirectoryOrCreate
        {{- end }}
        {{- with include "homecloud.certificateVolumes" $root | trim }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- if and $serves $sharing.certificateSecret }}
        - name: certificate
          secret:
            secretName: {{ $sharing.certificateSecret }}
            defaultMode: 0400
        {{- end }}
{{- end }}
