/** What `plus1 rollout status` does: reads the state folder, and prints a page a rollout, or whole objects. */
import type { Rollout } from '../../../pkg/api/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { keyString } from '../../../pkg/policies/index.js';
import { printable, printableJSON, printableYAML } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import { table } from '../table.js';
import { isNamed, keptRollouts } from './kept-rollouts.js';

export interface StatusOptions {
  output?: 'json' | 'yaml';
  state?: string;
}

/** The exit code. */
export function runStatus(name: string | undefined, options: StatusOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    const state = stateFolder(options.state, readEnvironment(io.env));
    const all = await keptRollouts(state, io.signal);
    const found = all.filter(({ metadata }) => name === undefined || isNamed(metadata, name));
    if (name !== undefined && found.length === 0)
      throw new Plus1Error('PLUS1_NOT_KNOWN', `there is no rollout ${JSON.stringify(name)} that a pass has seen`);
    if (options.output !== undefined) {
      const object = name !== undefined && found.length === 1 ? found[0] : { items: found };
      io.stdout.write(options.output === 'json' ? printableJSON(object, 4) : printableYAML(object));
      return EXIT.ok;
    }
    if (found.length === 0) io.stderr.write('No rollouts found.\n');
    io.stdout.write(found.map(pageOf).join('\n'));
    return EXIT.ok;
  });
}

/** What a person wants to know first. */
export function pageOf(rollout: Pick<Rollout, 'metadata' | 'spec' | 'status'>): string {
  const { history = [], conditions = [] } = rollout.status;
  const facts = factsOf(rollout);
  const width = Math.max(...facts.map(([label]) => label.length)) + 3;
  const head = facts.map(([label, text]) => `${`${label}:`.padEnd(width)}${printable(text)}\n`).join('');
  const said = table(
    ['CONDITION', 'STATUS', 'REASON', 'MESSAGE'],
    conditions.map(({ type, status, reason, message }) => [type, status, reason, message]),
  );
  const stages = table(
    ['STAGE', 'PERCENT', 'ENFORCEMENT', 'MEMBERS', 'BEGAN', 'ENDED', 'OUTCOME'],
    history.map((each) => [
      ...[`${each.stage}`, `${each.percent}`, each.enforcement, `${each.members}`],
      ...[each.startTime, each.endTime ?? '', each.outcome ?? ''],
    ]),
  );
  return `${head}\n${said}${history.length === 0 ? '' : `\n${stages}`}`;
}

type Fact = readonly [label: string, text: string];

function factsOf({ metadata, spec, status }: Pick<Rollout, 'metadata' | 'spec' | 'status'>): Fact[] {
  const { stage = 0, candidate, impact, hold, analysis } = status;
  // A spec that is wrong is kept as it was written.
  const stages = Array.isArray(spec.stages) ? ` of ${spec.stages.length}` : '';
  const facts: (Fact | undefined)[] = [
    ['Rollout', keyString(metadata)],
    ['Stage', `${stage}${stages}`],
    candidate && [
      'Candidate',
      `ruleset ${candidate.rulesetID}, ${candidate.enforcement}, ${candidate.members} members`,
    ],
    analysis && ['Pushes', pushes(analysis)],
    impact && ['Impact', `${impact.wouldBlock} of ${impact.repositories} would block, ${impact.unknown} unknown`],
    hold && ['Held', `${hold.count} repositories, ${hold.approvals} approvals, ${hold.planHash}`],
  ];
  return facts.filter((fact) => fact !== undefined);
}

const pushes = ({
  passed,
  failed,
  bypassed,
  lastTime,
}: NonNullable<Pick<Rollout, 'metadata' | 'spec' | 'status'>['status']['analysis']>): string =>
  `${passed} passed, ${failed} failed, ${bypassed} bypassed the rules, as of ${lastTime}`;
