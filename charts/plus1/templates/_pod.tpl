{{- define "plus1.args" -}}
- controller
{{- if .Values.leaderElection.enabled }}
- --leader-elect
{{- end }}
{{- if include "plus1.approvalsVerified" . }}
- --approvals-verified
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
{{- if not .Values.reports.enabled }}
- --reports=0
{{- end }}
{{- with .Values.reports.retention }}
- --report-retention={{ . }}
{{- end }}
{{- if and .Values.reports.enabled .Values.reports.frameworksConfigMap }}
- --frameworks=/etc/plus1/frameworks
{{- end }}
{{- if .Values.siem.sinks }}
- --siem=/etc/plus1/siem.yaml
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
{{- with .Values.limits.emergencyEgress }}
- --limit-emergency-egress={{ . }}
{{- end }}
{{- range .Values.controller.allowedHosts }}
- {{ printf "--allowed-host=%s" . | quote }}
{{- end }}
{{- range .Values.notifications.allowedHosts }}
- {{ printf "--notify-allowed-host=%s" . | quote }}
{{- end }}
{{- with .Values.notifications.webURL }}
- {{ printf "--web-url=%s" . | quote }}
{{- end }}
- --metrics-address={{ .Values.metrics.enabled | ternary (printf ":%d" (int .Values.metrics.port)) "0" }}
- --health-address=:{{ .Values.health.port | int }}
- --web-address={{ .Values.web.enabled | ternary (printf "%s:%d" (.Values.web.expose | ternary "" "127.0.0.1") (int .Values.web.port)) "0" }}
{{- if and .Values.web.enabled .Values.web.expose }}
- --web-auth=none
{{- end }}
{{- if .Values.webhook.enabled }}
- --webhook-address=:{{ .Values.webhook.port | int }}
{{- end }}
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
  {{- if and .Values.web.enabled .Values.web.expose }}
  - name: http-web
    containerPort: {{ .Values.web.port | int }}
    protocol: TCP
  {{- end }}
  - name: health
    containerPort: {{ .Values.health.port | int }}
    protocol: TCP
  {{- if .Values.webhook.enabled }}
  - name: http-webhook
    containerPort: {{ .Values.webhook.port | int }}
    protocol: TCP
  {{- end }}
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
  {{- if and .Values.reports.enabled .Values.reports.frameworksConfigMap }}
  - name: frameworks
    mountPath: /etc/plus1/frameworks
    readOnly: true
  {{- end }}
  {{- if .Values.siem.sinks }}
  - name: siem
    mountPath: /etc/plus1/siem.yaml
    subPath: siem.yaml
    readOnly: true
  {{- end }}
  {{- range .Values.siem.sinks }}
  {{- if .existingSecret }}
  - name: siem-{{ .name | sha256sum | trunc 8 }}
    mountPath: /etc/plus1/siem/{{ .name }}
    readOnly: true
  {{- end }}
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* The file of --siem: a Secret becomes the folder in which it is mounted. */}}
{{- define "plus1.siem" -}}
{{- $sinks := list }}
{{- range .Values.siem.sinks }}
{{- $sink := omit . "existingSecret" }}
{{- if .existingSecret }}
{{- $sink = merge (dict "credentials" (printf "/etc/plus1/siem/%s" .name)) $sink }}
{{- end }}
{{- $sinks = append $sinks $sink }}
{{- end }}
{{- dict "sinks" $sinks | toYaml }}
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
