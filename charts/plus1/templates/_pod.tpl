{{- define "plus1.args" -}}
- controller
{{- if .Values.leaderElection.enabled }}
- --leader-elect
{{- end }}
{{- if .Values.watch.allNamespaces }}
- --all-namespaces
{{- else }}
{{- range include "plus1.namespaces" . | fromJsonArray }}
- --namespace={{ . }}
{{- end }}
{{- end }}
- --state=/var/lib/plus1
{{- if .Values.journal.existingSecret }}
{{- range .Values.journal.keys }}
- --journal-key=/etc/plus1/journal/{{ . }}
{{- end }}
{{- end }}
{{- with .Values.journal.retention }}
- --journal-retention={{ . }}
{{- end }}
- --concurrent={{ .Values.controller.concurrent | int }}
- --min-interval={{ .Values.controller.minInterval }}
{{- /* A limit of 0 is one: `with` would leave it out. */}}
{{- if ne (toString .Values.limits.maxLeaving) "" }}
- {{ printf "--limit-max-leaving=%s" (kindIs "string" .Values.limits.maxLeaving | ternary (toString .Values.limits.maxLeaving) (printf "%d" (int64 .Values.limits.maxLeaving))) | quote }}
{{- end }}
{{- with .Values.limits.minGracePeriod }}
- --limit-min-grace-period={{ . }}
{{- end }}
{{- with .Values.limits.minApprovals }}
- --limit-min-approvals={{ . | int }}
{{- end }}
{{- range .Values.controller.allowedHosts }}
- {{ printf "--allowed-host=%s" . | quote }}
{{- end }}
- --metrics-address={{ .Values.metrics.enabled | ternary (printf ":%d" (int .Values.metrics.port)) "0" }}
- --health-address=:{{ .Values.health.port | int }}
- --log-level={{ .Values.controller.logLevel }}
{{- with .Values.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "plus1.env" -}}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- $given := false }}
{{- range .Values.extraEnv }}
{{- if eq .name "NODE_OPTIONS" }}
{{- $given = true }}
{{- end }}
{{- end }}
{{- $heap := include "plus1.heapMiB" . }}
{{- if and $heap (not $given) }}
- name: NODE_OPTIONS
  value: --max-old-space-size={{ $heap }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "plus1.container" -}}
name: controller
image: {{ include "plus1.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  {{- include "plus1.args" . | nindent 2 }}
env:
  {{- include "plus1.env" . | nindent 2 }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  {{- if .Values.metrics.enabled }}
  - name: http-metrics
    containerPort: {{ .Values.metrics.port | int }}
    protocol: TCP
  {{- end }}
  - name: health
    containerPort: {{ .Values.health.port | int }}
    protocol: TCP
livenessProbe:
  httpGet:
    path: /healthz
    port: health
  {{- toYaml .Values.livenessProbe | nindent 2 }}
readinessProbe:
  httpGet:
    path: /readyz
    port: health
  {{- toYaml .Values.readinessProbe | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
volumeMounts:
  - name: state
    mountPath: /var/lib/plus1
  {{- if .Values.journal.existingSecret }}
  - name: journal-key
    mountPath: /etc/plus1/journal
    readOnly: true
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "plus1.placement" -}}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- $selector := dict "labelSelector" (dict "matchLabels" (include "plus1.selectorLabels" . | fromYaml)) }}
  {{- range .Values.topologySpreadConstraints }}
  - {{ merge (deepCopy .) $selector | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
The size of the volumes: an upgrade keeps what is there, since a StatefulSet takes no other. Where nothing can be looked up
(helm template), it is that of a new installation.
*/}}
{{- define "plus1.volumeSize" -}}
{{- $live := dict }}
{{- if .Release.IsUpgrade }}
{{- $live = default (dict) (lookup "apps/v1" "StatefulSet" .Release.Namespace (include "plus1.fullname" .)) }}
{{- end }}
{{- $there := "" }}
{{- range default (list) (dig "spec" "volumeClaimTemplates" list $live) }}
{{- $there = .spec.resources.requests.storage }}
{{- end }}
{{- .Values.persistence.size | default $there | default "8Gi" }}
{{- end }}
