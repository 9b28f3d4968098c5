/** What `plus1 rollout impact` does: reads a rollout from a file, and says what GitHub knows of its rules. Writes nothing. */
import { stat } from 'node:fs/promises';
import { parseInput, ROLLOUTS, type RolloutSpec } from '../../../pkg/api/index.js';
import { faultText, readBoundedText } from '../../../pkg/base/index.js';
import { hasCode, Plus1Error } from '../../../pkg/errors/index.js';
import type { GitHubReader } from '../../../pkg/github/index.js';
import { readImpact, type Impact } from '../../../pkg/reconciler/index.js';
import { CORE, plural, printableJSON, readYAML, valueOfDocument } from '../../../pkg/text/index.js';
import { readEnvironment } from '../environment.js';
import { EXIT, type CommandIO } from '../io.js';
import { reporting } from '../program.js';
import { stateFolder } from '../state-folder.js';
import { table } from '../table.js';
import { oneRollout } from './kept-rollouts.js';
import { onGitHub, type AccessOptions } from './on-github.js';

export interface ImpactOptions extends AccessOptions {
  format: 'text' | 'json';
  state?: string;
}

const MAX_BYTES = 1_048_576;

/** The exit code. */
export function runImpact(file: string, options: ImpactOptions, io: CommandIO): Promise<number> {
  return reporting(io, async () => {
    if (!(await isFile(file))) return known(file, options, io);
    const spec = await rolloutOf(file, io.signal);
    const found = await onGitHub(options, io, (reader, policy) =>
      impactOn(reader, { spec, login: policy.spec.organization, ruleset: policy.spec.ruleset.name }, io.signal),
    );
    io.stdout.write(options.format === 'json' ? printableJSON(found, 4) : textOf(found));
    return EXIT.ok;
  });
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Of a rollout that runs: as its last pass kept it. Asks nobody. */
async function known(name: string, { format, state }: ImpactOptions, io: CommandIO): Promise<number> {
  const { status } = await oneRollout(stateFolder(state, readEnvironment(io.env)), name, io.signal).catch(
    (cause: unknown) => {
      if (!hasCode(cause, 'PLUS1_NOT_KNOWN')) throw cause;
      // A file that was mistyped is taken for a name.
      throw new Plus1Error(cause.code, `${cause.message}, and no such file`, {
        cause,
        fix: 'name a file with one Plus1Rollout, or a rollout that plus1 rollout status shows',
      });
    },
  );
  const { impact } = status;
  if (impact === undefined) throw new Plus1Error('PLUS1_NOT_KNOWN', `nothing is known yet of the impact of ${name}`);
  const rows = impact.blocking.map(({ name: repository, failed }) => [repository, 'wouldBlock', `${failed}`]);
  const head = `${plural(impact.repositories, 'repository is', 'repositories are')} reached: ${impact.wouldBlock} would block, in ${impact.inForce} the rules are in force already, of ${impact.unknown} nobody knows; as of ${impact.time}.\n`;
  const list = rows.length === 0 ? '' : `\n${table(['REPOSITORY', 'IMPACT', 'FAILED'], rows)}`;
  io.stdout.write(format === 'json' ? printableJSON(impact, 4) : `${head}${list}`);
  return EXIT.ok;
}

/** Throws PLUS1_FILE_UNREADABLE and PLUS1_POLICY_INVALID. */
async function rolloutOf(file: string, signal: AbortSignal): Promise<RolloutSpec> {
  const text = await readBoundedText(file, { maxBytes: MAX_BYTES, signal }).catch((cause: unknown) => {
    throw new Plus1Error('PLUS1_FILE_UNREADABLE', `cannot read ${file}: ${faultText(cause)}`, { cause });
  });
  const read = readYAML(text, CORE);
  const [document, second] = 'documents' in read ? read.documents.filter(({ root }) => root !== null) : [];
  const isSound = document !== undefined && document.broken.length === 0 && document.wrong.length === 0;
  if (!isSound || second !== undefined)
    throw new Plus1Error('PLUS1_POLICY_INVALID', `${file}: allowed: exactly one Plus1Rollout, as YAML`);
  const parsed = parseInput(ROLLOUTS, valueOfDocument(document));
  if (parsed.ok) return parsed.spec;
  throw new Plus1Error('PLUS1_POLICY_INVALID', `${file}: ${parsed.faults.join('; ')}`);
}

/** The members of the main ruleset, and the test environment, by id. */
async function impactOn(
  reader: GitHubReader,
  { spec, login, ruleset }: { spec: RolloutSpec; login: string; ruleset: string },
  signal: AbortSignal,
): Promise<Impact> {
  const organization = await reader.preflight(login, signal);
  const live = await reader.findRuleset(organization.login, ruleset, signal);
  const first = new Set(spec.first.map((name) => name.toLowerCase()));
  const { repositories } = await reader.inventory(
    { organization: organization.login, paths: [], wanted: () => false, judge: () => undefined },
    signal,
  );
  const reached = repositories
    .map(({ repository }) => repository)
    .filter(({ id, name }) => live.members.has(id) || first.has(name.toLowerCase()));
  return readImpact({ organization: organization.login, rules: spec.rules, repositories: reached }, reader, signal);
}

function textOf({ rows, isWhole }: Impact): string {
  const count = (word: string): number => rows.filter((row) => row.word === word).length;
  return [
    `${plural(rows.length, 'repository is', 'repositories are')} reached: ${count('wouldBlock')} would block, in ${count('inForce')} the rules are in force already, of ${count('unknown')} nobody knows.\n`,
    ...(isWhole ? [] : ['Not all rule suites of the last month could be read: there may be more that would block.\n']),
    ...(rows.length === 0
      ? []
      : [
          '\n',
          table(
            ['REPOSITORY', 'IMPACT', 'FAILED'],
            rows.map(({ name, word, failed }) => [name, word, `${failed}`]),
          ),
        ]),
  ].join('');
}
