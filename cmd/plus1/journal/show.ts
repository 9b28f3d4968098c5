/** What `plus1 journal show` does. */
import { Plus1Error } from '../../../pkg/errors/index.js';
import { KINDS, select, summaryOf } from '../../../pkg/journal/index.js';
import { printable, printableJSON, quote } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { maybeTime, recordsOf, type PlaceOptions } from './place.js';

export interface ShowOptions extends PlaceOptions {
  since?: string;
  until?: string;
  kind?: string[];
  repository?: string;
  limit?: number;
  output: 'text' | 'json';
}

export function runShow(policy: string, options: ShowOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const { since, until, kind: kinds, repository, limit, output } = options;
    for (const kind of kinds ?? []) requireKind(kind);
    const span = { since: maybeTime(since, '--since'), until: maybeTime(until, '--until') };
    const records = select(await recordsOf(policy, options, io), { ...span, kinds, repository, limit });
    if (output === 'json')
      io.stdout.write(printableJSON({ items: records.map(({ lastSeq: _, ...record }) => record) }, 2));
    else
      for (const record of records)
        io.stdout.write(
          `${printable([record.time, `#${record.seq}`, record.kind, summaryOf(record)].join('  ').trimEnd())}\n`,
        );
    if (records.length === 0) io.stderr.write('No records found.\n');
    return EXIT.ok;
  });
}

function requireKind(kind: string): void {
  if (Object.hasOwn(KINDS, kind)) return;
  throw new Plus1Error('PLUS1_USAGE', `--kind: found ${quote(kind)}, allowed: ${Object.keys(KINDS).join(', ')}`);
}
