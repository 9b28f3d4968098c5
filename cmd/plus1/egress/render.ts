/** `plus1 egress render`: the list that a job needs, as the agent reads it. */
import { asInput, asLine, endpointsFor } from '../../../pkg/egress/index.js';
import { printableJSON } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { chosenPolicy, inForce } from './rules.js';

export interface RenderOptions {
  repository?: string;
  workflow?: string;
  policy?: string;
  format: 'line' | 'input' | 'json';
  state?: string;
}

/** The exit code. */
export const runRender = (options: RenderOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const { repository, workflow, format } = options;
    const { rules, status } = await chosenPolicy(options, io);
    const endpoints = endpointsFor(inForce(rules, [status], io.clock()), { repository, workflow });
    const text = {
      line: asLine,
      input: asInput,
      json: (list: readonly string[]) => printableJSON({ endpoints: list }, 4).trimEnd(),
    };
    io.stdout.write(`${text[format](endpoints)}\n`);
    return EXIT.ok;
  });
