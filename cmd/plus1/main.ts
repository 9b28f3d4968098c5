#!/usr/bin/env node
/** `plus1`: one subcommand a file. */
import { plus1 } from './commands.js';
import { inProcess } from './process.js';
import { run } from './program.js';

await inProcess((io) => run(plus1(io), process.argv.slice(2), io));
