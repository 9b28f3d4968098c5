#!/usr/bin/env node
/** `validate-datadog-yaml.sh`, the specification's own name and flags for `plus1 validate` on one repository. */
import { inProcess } from '../plus1/process.js';
import { run, withIO } from '../plus1/program.js';
import { validateScriptCommand } from '../plus1/validate.js';

await inProcess((io) => run(withIO(validateScriptCommand(io), io), process.argv.slice(2), io));
