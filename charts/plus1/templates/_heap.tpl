{{/*
Node's heap limit in MiB: three quarters of the memory limit, so that the heap is collected before the kernel kills the
process. Empty without a limit.
*/}}
{{- define "plus1.heapMiB" -}}
{{- $limit := dig "limits" "memory" "" .Values.resources | toString }}
{{- if $limit }}
{{- if not (regexMatch "^[0-9]+([.][0-9]+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$" $limit) }}
{{- fail (printf "resources.limits.memory: found %s, expected a number with Ki, Mi, Gi, Ti, k, M, G, T or no unit" $limit) }}
{{- end }}
{{- $unit := regexFind "[A-Za-z]*$" $limit }}
{{- $bytes := get (dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776) $unit }}
{{- $mib := divf (mulf (trimSuffix $unit $limit | float64) $bytes 0.75) 1048576 | floor | int }}
{{- if lt $mib 64 }}
{{- fail (printf "resources.limits.memory: %s is too little to run in" $limit) }}
{{- end }}
{{- $mib }}
{{- end }}
{{- end }}
