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
{{- include "plus1.checkWebhook" . }}
{{- include "plus1.checkFixed" . }}
{{- include "plus1.checkOwner" . }}
{{- include "plus1.checkStop" . }}
{{- include "plus1.checkScrape" . }}
{{- end }}

{{- define "plus1.checkWebhook" -}}
{{- with .Values.webhook }}
{{- if and .ingress.enabled (not .enabled) }}
{{- fail "webhook.ingress.enabled needs webhook.enabled" }}
{{- end }}
{{- if and .ingress.enabled (empty .ingress.host) }}
{{- fail "webhook.ingress.host: name the host, or the Ingress would take that path of every host" }}
{{- end }}
{{- $others := $.Values.metrics.enabled | ternary (list "metrics.port" "health.port") (list "health.port") }}
{{- if $.Values.web.enabled }}
{{- $others = append $others "web.port" }}
{{- end }}
{{- range $name := $others }}
{{- $other := get (get $.Values (trimSuffix ".port" $name)) "port" }}
{{- if and $.Values.webhook.enabled (eq (int $.Values.webhook.port) (int $other)) }}
{{- fail (printf "webhook.port and %s: both are %d, and one of the servers could not open it" $name (int $other)) }}
{{- end }}
{{- end }}
{{- end }}
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

{{/*
The API server takes no other volumes for a StatefulSet that is there: its refusal names every field but the one that was
changed. Sizes in different units are left to it. Where nothing can be looked up (helm template), nothing is checked.
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations
*/}}
{{- define "plus1.checkFixed" -}}
{{- $name := include "plus1.fullname" . }}
{{- $live := lookup "apps/v1" "StatefulSet" .Release.Namespace $name }}
{{- if and .Release.IsUpgrade $live }}
{{- $advice := printf "It is fixed at the first install. To change it: kubectl -n %s delete statefulset %s --cascade=orphan, and upgrade again; volumes that are there stay as they are" .Release.Namespace $name }}
{{- $claims := default (list) $live.spec.volumeClaimTemplates }}
{{- if ne (not (empty $claims)) .Values.persistence.enabled }}
{{- fail (printf "persistence.enabled: found %t, installed with %t. %s" .Values.persistence.enabled (not (empty $claims)) $advice) }}
{{- end }}
{{- range $claims }}
{{- $size := toString .spec.resources.requests.storage }}
{{- $wanted := include "plus1.volumeSize" $ }}
{{- if and (ne $size $wanted) (eq (regexFind "[A-Za-z]*$" $size) (regexFind "[A-Za-z]*$" $wanted)) }}
{{- fail (printf "persistence.size: found %s, installed with %s. %s" $wanted $size $advice) }}
{{- end }}
{{- $class := default "none" .spec.storageClassName }}
{{- $wanted := default "none" $.Values.persistence.storageClassName }}
{{- if ne $class $wanted }}
{{- fail (printf "persistence.storageClassName: found %s, installed with %s. %s" $wanted $class $advice) }}
{{- end }}
{{- $modes := join ", " .spec.accessModes }}
{{- $wanted := join ", " $.Values.persistence.accessModes }}
{{- if ne $modes $wanted }}
{{- fail (printf "persistence.accessModes: found %s, installed with %s. %s" $wanted $modes $advice) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* A second release cannot have what belongs to the first: Helm's refusal says so, and not what to do about it. */}}
{{- define "plus1.checkOwner" -}}
{{- $own := list }}
{{- if .Values.crds.enabled }}
{{- /* That of policies first: the message names the first one that is found. */}}
{{- $names := list "plus1policies.plus1.dev" }}
{{- range $path, $_ := .Files.Glob "files/crds/*.yaml" }}
{{- $names = append $names (trimSuffix ".yaml" (base $path) | splitList "_" | last | printf "%s.plus1.dev") }}
{{- end }}
{{- range $name := uniq $names }}
{{- $own = append $own (list "CRD" "apiextensions.k8s.io/v1" "CustomResourceDefinition" $name) }}
{{- end }}
{{- end }}
{{- if include "plus1.makesApproverRole" . }}
{{- $own = append $own (list "ClusterRole" "rbac.authorization.k8s.io/v1" "ClusterRole" "plus1-approver") }}
{{- end }}
{{- if include "plus1.makesEditorRoles" . }}
{{- range include "plus1.inputKinds" . | fromJsonArray }}
{{- $own = append $own (list "ClusterRole" "rbac.authorization.k8s.io/v1" "ClusterRole" .role) }}
{{- end }}
{{- end }}
{{- $foreign := list }}
{{- $told := "" }}
{{- range $own }}
{{- $object := lookup (index . 1) (index . 2) "" (index . 3) }}
{{- $annotations := dig "metadata" "annotations" (dict) (default (dict) $object) }}
{{- $name := get $annotations "meta.helm.sh/release-name" }}
{{- $namespace := get $annotations "meta.helm.sh/release-namespace" }}
{{- if and $name (or (ne $name $.Release.Name) (ne $namespace $.Release.Namespace)) }}
{{- $foreign = append $foreign (printf "%s/%s" (lower (index . 0)) (index . 3)) }}
{{- $told = default (printf "the %s %s belongs to the release %s of the namespace %s" (index . 0) (index . 3) $name $namespace) $told }}
{{- end }}
{{- end }}
{{- if $foreign }}
{{- fail (printf "crds.enabled: %s, which installs and upgrades it. Set crds.enabled=false for this release; or, where that release is gone, hand over what it had: kubectl annotate %s --overwrite meta.helm.sh/release-name=%s meta.helm.sh/release-namespace=%s" $told (join " " $foreign) .Release.Name .Release.Namespace) }}
{{- end }}
{{- end }}
