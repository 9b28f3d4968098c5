/** `plus1 egress list`: the rules of a state folder as columns, as JSON, or as the checklist of the quarterly audit. */
import type { EgressRule } from '../../../pkg/api/index.js';
import { auditOf } from '../../../pkg/egress/index.js';
import { keyString } from '../../../pkg/policies/index.js';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { ago, table } from '../table.js';
import { policyOf, stateOf, storedRules } from './rules.js';

export interface ListOptions {
  due: boolean;
  format: 'text' | 'json' | 'markdown';
  state?: string;
}

/** The exit code. */
export const runList = (policy: string | undefined, options: ListOptions, io: CommandIO): Promise<number> =>
  reporting(io, async () => {
    const nowMs = io.clock();
    const { rules, wrong } = await storedRules(policy, options.state, io);
    const items = rules.filter((rule) => !options.due || isDue(rule, nowMs));
    for (const name of wrong) io.stderr.write(`${printable(`${name} is wrong, and is not shown`)}\n`);
    if (options.format === 'json')
      io.stdout.write(printableJSON({ items: items.map((rule) => asJSON(rule, nowMs)) }, 4));
    else if (items.length === 0) io.stderr.write('No egress rules found.\n');
    else io.stdout.write(options.format === 'markdown' ? markdown(items, nowMs) : columns(items, nowMs));
    return EXIT.ok;
  });

const isDue = ({ status }: EgressRule, nowMs: number): boolean =>
  status.nextReview !== undefined && Date.parse(status.nextReview) <= nowMs;

const asJSON = (rule: EgressRule, nowMs: number): object => ({
  ...rule,
  state: stateOf(rule, nowMs),
  audit: answers(rule),
});

const answers = ({ spec: { owner, endpoints }, status }: EgressRule) => auditOf({ owner, endpoints, ...status });

function columns(rules: readonly EgressRule[], nowMs: number): string {
  return table(
    ['NAME', 'POLICY', 'EFFECT', 'KIND', 'STATE', 'ENDPOINTS', 'JOBS', 'NEXT REVIEW', 'AGE'],
    rules.map((rule) => {
      const { metadata, spec, status } = rule;
      const { jobs } = status;
      return [
        ...[metadata.name, keyString(policyOf(rule)), spec.effect, spec.kind, stateOf(rule, nowMs)],
        ...[String(spec.endpoints.length), jobs === undefined ? '' : `${jobs.carrying}/${jobs.targeted}`],
        ...[status.nextReview?.slice(0, 10) ?? '', ago(metadata.creationTimestamp, nowMs)],
      ];
    }),
  );
}

/** One section a rule, with a box for each question that a person has to answer. */
function markdown(rules: readonly EgressRule[], nowMs: number): string {
  const head = `# Egress rules: audit of ${new Date(nowMs).toISOString().slice(0, 10)}\n`;
  return [head, ...rules.map((rule) => section(rule, nowMs))].map((each) => `${each}\n`).join('');
}

function section(rule: EgressRule, nowMs: number): string {
  const { metadata, spec, status } = rule;
  const due = status.nextReview === undefined ? 'no review is due' : `review due ${status.nextReview.slice(0, 10)}`;
  const ticket = spec.ticket === undefined ? '' : ` (${escaped(spec.ticket)})`;
  return [
    `## ${escaped(metadata.name)}: ${stateOf(rule, nowMs)}, ${due}\n`,
    `${spec.effect} ${spec.endpoints.map((each) => `\`${each}\``).join(', ')}  `,
    `Reason: ${escaped(spec.reason)}${ticket}  `,
    `Digest: ${status.digest === undefined ? 'not judged yet' : `\`${status.digest}\``}\n`,
    ...answers(rule).map(
      ({ question, answer, isKnown }) => `- [${isKnown ? 'x' : ' '}] ${question} ${escaped(answer)}`,
    ),
    '',
  ].join('\n');
}

/** What people wrote must not become a link, a heading or a tag. */
const escaped = (text: string): string => printable(text).replaceAll(/[\\`*_{}[\]<>#|!]/g, (mark) => `\\${mark}`);
