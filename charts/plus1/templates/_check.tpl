{{/* Settings that contradict each other would be found out by an outage only. */}}
{{- define "plus1.check" -}}
{{- if and .Values.watch.allNamespaces .Values.watch.namespaces }}
{{- fail "watch.allNamespaces and watch.namespaces: set one of them" }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) (not .Values.leaderElection.enabled) }}
{{- fail "replicas: more than one needs leaderElection.enabled, or two controllers would write the same ruleset" }}
{{- end }}
{{- if and .Values.metrics.enabled (eq (int .Values.metrics.port) (int .Values.health.port)) }}
{{- fail (printf "metrics.port and health.port: both are %d, and one of the servers could not open it" (int .Values.health.port)) }}
{{- end }}
{{- if and .Values.admissionPolicy.enabled (empty .Values.admissionPolicy.allowedHosts) }}
{{- fail "admissionPolicy.allowedHosts: name at least one host, or every policy would be refused" }}
{{- end }}
{{- include "plus1.checkCredentials" . }}
{{- include "plus1.checkStop" . }}
{{- include "plus1.checkScrape" . }}
{{- end }}

{{- define "plus1.checkCredentials" -}}
{{- if .Values.credentials.create }}
{{- if .Values.credentials.existingSecret }}
{{- fail "credentials.create and credentials.existingSecret: set one of them" }}
{{- end }}
{{- if empty .Values.credentials.stringData }}
{{- fail "credentials.stringData: credentials.create needs the keys of the Secret" }}
{{- end }}
{{- if not (or .Values.watch.allNamespaces (has .Release.Namespace (include "plus1.namespaces" . | fromJsonArray))) }}
{{- fail (printf "credentials.create: the Secret would lie in %s, where no policy is looked after: add it to watch.namespaces, or make the Secret yourself" .Release.Namespace) }}
{{- end }}
{{- end }}
{{- end }}

{{/* 30: passes in flight have 25 s to end and 3 s to heed that they must, and giving up the lease takes up to 2 s. */}}
{{- define "plus1.checkStop" -}}
{{- $seconds := int .Values.terminationGracePeriodSeconds }}
{{- if lt $seconds 30 }}
{{- fail (printf "terminationGracePeriodSeconds: found %d, at least 30: a write to GitHub would be cut off, and the lease not given up" $seconds) }}
{{- end }}
{{- end }}

{{/* Prometheus' operator passes over such a monitor, and nothing would be scraped. */}}
{{- define "plus1.checkScrape" -}}
{{- with .Values.metrics.serviceMonitor }}
{{- if .enabled }}
{{- $interval := include "plus1.plainSeconds" .interval }}
{{- $timeout := include "plus1.plainSeconds" .scrapeTimeout }}
{{- if and $interval $timeout (gt (int $timeout) (int $interval)) }}
{{- fail (printf "metrics.serviceMonitor.scrapeTimeout: %s is longer than the interval, %s" .scrapeTimeout .interval) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Of `90s`, `2m` or `1h`; empty for other forms, which Prometheus' operator judges. */}}
{{- define "plus1.plainSeconds" -}}
{{- if regexMatch "^[0-9]+[smh]$" . }}
{{- mul (regexFind "^[0-9]+" .) (get (dict "s" 1 "m" 60 "h" 3600) (regexFind "[smh]$" .)) }}
{{- end }}
{{- end }}
