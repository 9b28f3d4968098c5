/** `plus1 egress check`: files with rules, judged as the controller judges them, for the checks of a pull request. */
import type { EgressRuleSpec } from '../../../pkg/api/index.js';
import { EGRESS_RULE } from '../../../pkg/api/index.js';
import { resolve } from 'node:path';
import { faultText, readBoundedText } from '../../../pkg/base/index.js';
import { exactNames, overlap } from '../../../pkg/egress/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { MAX_POLICY_BYTES, readDocuments } from '../../../pkg/policies/index.js';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { askDNS } from '../ask-dns.js';

export interface CheckOptions {
  resolve: boolean;
  json: boolean;
}

interface Checked {
  file: string;
  line: number;
  name: string | null;
  /** What has to change. */
  faults: string[];
  /** What a person should know. */
  notes: string[];
  spec?: EgressRuleSpec;
}

/** The exit code. */
export const runCheck = (paths: readonly string[], options: CheckOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const rules: Checked[] = [];
    for (const path of paths) rules.push(...(await rulesOf(path, io)));
    tellDenied(rules);
    if (options.resolve) await tellDead(rules, io);
    io.stdout.write(options.json ? printableJSON({ rules: rules.map(asJSON) }, 4) : textOf(rules));
    if (rules.length === 0) io.stderr.write('No egress rules found.\n');
    return rules.every(({ faults }) => faults.length === 0) ? EXIT.ok : EXIT.failed;
  });

/** Every rule of a file, and every document of it that cannot be read at all. Throws PLUS1_FILE_UNREADABLE. */
async function rulesOf(file: string, io: CommandIO): Promise<Checked[]> {
  const { policies, inputs } = readDocuments(await textAt(file, io));
  const unread = policies.filter(({ name, policy }) => name === undefined && policy === undefined);
  const rules = inputs.filter(({ kind }) => kind.kind === EGRESS_RULE);
  return [
    ...unread.map(({ line, faults }) => ({ file, line, name: null, faults: [...faults], notes: [] })),
    ...rules.map(({ line, name = null, faults, spec }) => ({
      ...{ file, line, name, faults: [...faults], notes: [] },
      ...(spec && { spec: spec as EgressRuleSpec }),
    })),
  ];
}

async function textAt(file: string, { cwd, signal }: CommandIO): Promise<string> {
  try {
    return await readBoundedText(resolve(cwd, file), { maxBytes: MAX_POLICY_BYTES, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read ${file}: ${faultText(cause)}`, { cause });
  }
}

/** A Deny of the same files wins: who asks for what it denies should know. */
function tellDenied(rules: readonly Checked[]): void {
  const denies = rules.filter(({ spec }) => spec?.effect === 'Deny');
  for (const rule of rules.filter(({ spec }) => spec?.effect === 'Allow'))
    for (const deny of denies)
      for (const endpoint of rule.spec?.endpoints ?? [])
        if (deny.spec?.endpoints.some((denied) => overlap(endpoint, denied)) === true)
          rule.notes.push(`${endpoint}: ${deny.name ?? 'a rule without a name'} denies it, and wins`);
}

async function tellDead(rules: readonly Checked[], io: CommandIO): Promise<void> {
  const allowed = rules.filter(({ spec }) => spec?.effect === 'Allow');
  const answers = await askDNS([...new Set(allowed.flatMap(({ spec }) => exactNames(spec?.endpoints ?? [])))], io);
  for (const rule of allowed)
    for (const name of exactNames(rule.spec?.endpoints ?? [])) {
      const answer = answers.get(name);
      if (answer === 'dead') rule.faults.push(`${name}: it does not resolve, which disarms every job that carries it`);
      else if (answer !== 'resolves') rule.notes.push(`${name}: DNS gave no answer`);
    }
}

const asJSON = ({ file, line, name, faults, notes }: Checked): object => ({ file, line, name, faults, notes });

function textOf(rules: readonly Checked[]): string {
  const lines = rules.flatMap(({ file, line, name, faults, notes }) => {
    const at = `${file}:${line}: ${name ?? 'a document'}`;
    const told = [...faults.map((fault) => `${at}: ${fault}`), ...notes.map((note) => `${at}: note: ${note}`)];
    return told.length === 0 ? [`${at}: ok`] : told;
  });
  return lines.map((line) => `${printable(line)}\n`).join('');
}
