#!/usr/bin/env node
/** `kubectl-plus1`, which kubectl runs as `kubectl plus1`: what people do with held plans of a cluster. */
import { inProcess } from '../plus1/process.js';
import { run } from '../plus1/program.js';
import { kubectlPlus1 } from './commands.js';

await inProcess((io) => run(kubectlPlus1(io), process.argv.slice(2), io));
