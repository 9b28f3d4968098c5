"""Writes the JSON Schemas of the OCSF classes that Plus1 sends; see README.md."""
import json
import sys

from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

CLASSES = ["entity_management", "compliance_finding", "authentication", "detection_finding"]


def without_titles(value):
    if isinstance(value, dict):
        return {k: without_titles(v) for k, v in value.items() if k != "title" or not isinstance(v, str)}
    return [without_titles(v) for v in value] if isinstance(value, list) else value


schema = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.8.0"))
out = {"$defs": {}, "classes": {}}
for name in CLASSES:
    found = schema.get_class_schema(name)
    out["$defs"].update(found.pop("$defs"))
    out["classes"][name] = {k: v for k, v in found.items() if k not in ("$schema", "$id")}
with open(sys.argv[1], "w") as file:
    file.write(json.dumps(without_titles(out), separators=(",", ":"), sort_keys=True) + "\n")
