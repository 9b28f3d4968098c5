{{- define "plus1.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* 52: a pod's name, with which a label of the StatefulSet's own is made, gets a dash and ten characters more. */}}
{{- define "plus1.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- end }}

{{/* For what has no namespace: two releases of one name in two namespaces must not share it. */}}
{{- define "plus1.clusterName" -}}
{{- printf "%s-%s" (include "plus1.fullname" .) .Release.Namespace }}
{{- end }}

{{/* Immutable in a StatefulSet: nothing that an upgrade changes may stand here. */}}
{{- define "plus1.selectorLabels" -}}
app.kubernetes.io/name: {{ include "plus1.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "plus1.labels" -}}
{{- $own := include "plus1.selectorLabels" . | fromYaml }}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- $_ := set $own "app.kubernetes.io/version" (.Chart.AppVersion | replace "+" "_" | trunc 63) }}
{{- $_ := set $own "app.kubernetes.io/component" "controller" }}
{{- $_ := set $own "app.kubernetes.io/part-of" "plus1" }}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service }}
{{- merge $own .Values.commonLabels | toYaml }}
{{- end }}

{{- define "plus1.serviceAccountName" -}}
{{- $made := default (include "plus1.fullname" .) .Values.serviceAccount.name }}
{{- .Values.serviceAccount.create | ternary $made (default "default" .Values.serviceAccount.name) }}
{{- end }}

{{- define "plus1.image" -}}
{{- $name := empty .Values.image.registry | ternary .Values.image.repository (printf "%s/%s" .Values.image.registry .Values.image.repository) }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $name .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "plus1.webhookName" -}}
{{- include "plus1.fullname" . }}-webhook
{{- end }}

{{/* The Secret that the chart makes or was told of; may be empty. */}}
{{- define "plus1.credentialsName" -}}
{{- if .Values.credentials.create }}
{{- default (printf "%s-github" (include "plus1.fullname" .)) .Values.credentials.name }}
{{- else }}
{{- .Values.credentials.existingSecret }}
{{- end }}
{{- end }}

{{/* JSON of the watched namespaces, for fromJsonArray. */}}
{{- define "plus1.namespaces" -}}
{{- default (list .Release.Namespace) .Values.watch.namespaces | uniq | toJson }}
{{- end }}

{{- define "plus1.hasAdmissionPolicies" -}}
{{- semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version | ternary "true" "" }}
{{- end }}

{{/* Not empty where the admission policy for approvals is rendered; the flag of the controller goes by the same word. */}}
{{- define "plus1.approvalsVerified" -}}
{{- $enabled := .Values.approvals.admissionPolicy.enabled }}
{{- kindIs "bool" $enabled | ternary ($enabled | default false | ternary "true" "") (include "plus1.hasAdmissionPolicies" .) }}
{{- end }}

{{/* Not empty where the release makes the ClusterRole plus1-approver: one of a cluster does, as with the CRDs. */}}
{{- define "plus1.makesApproverRole" -}}
{{- $given := .Values.approvals.approverRole }}
{{- kindIs "bool" $given | ternary $given .Values.crds.enabled | ternary "true" "" }}
{{- end }}

{{/* Not empty where the release makes the ClusterRoles of the editors of input kinds: one of a cluster does, as with the CRDs. */}}
{{- define "plus1.makesEditorRoles" -}}
{{- $given := .Values.rbac.editorRoles }}
{{- kindIs "bool" $given | ternary $given .Values.crds.enabled | ternary "true" "" }}
{{- end }}

{{/* JSON of the kinds that are inputs of passes: the role of those who write them, and the plural. A new kind is one line. */}}
{{- define "plus1.inputKinds" -}}
{{- list
  (dict "role" "plus1-egress-editor" "plural" "plus1egressrules")
  (dict "role" "plus1-incident-editor" "plural" "plus1incidents")
  (dict "role" "plus1-rollout-editor" "plural" "plus1rollouts")
  | toJson }}
{{- end }}

{{- define "plus1.inputPlurals" -}}
{{- $plurals := list }}
{{- range include "plus1.inputKinds" . | fromJsonArray }}
{{- $plurals = append $plurals .plural }}
{{- end }}
{{- toJson $plurals }}
{{- end }}

{{- define "plus1.inputStatuses" -}}
{{- $statuses := list }}
{{- range include "plus1.inputPlurals" . | fromJsonArray }}
{{- $statuses = append $statuses (printf "%s/status" .) }}
{{- end }}
{{- toJson $statuses }}
{{- end }}

{{/* Objects elsewhere are not ours: another release may judge them by another list. */}}
{{- define "plus1.watchedResources" -}}
{{- if not .Values.watch.allNamespaces }}
matchResources:
  namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: In
        values: {{ include "plus1.namespaces" . }}
{{- end }}
{{- end }}

{{- define "plus1.controllerRef" -}}
- kind: ServiceAccount
  name: {{ include "plus1.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
