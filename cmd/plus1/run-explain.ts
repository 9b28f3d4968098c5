/** What `plus1 explain` does: from what the last pass of each policy left behind, why a repository is governed or not. */
import { errorLine, Plus1Error } from '../../pkg/errors/index.js';
import { CacheFolder, inForce, StateFolder, type StoredPolicy } from '../../pkg/policies/index.js';
import { readKnown } from '../../pkg/reconciler/index.js';
import { printableJSON } from '../../pkg/text/index.js';
import { readEnvironment } from './environment.js';
import { explainedText } from './explained-text.js';
import { explainedBy, type Explained } from './explained.js';
import { EXIT, type CommandIO } from './io.js';
import { readLooks } from './kept-looks.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';

export interface ExplainOptions {
  state?: string;
  output: 'text' | 'json';
}

/** The exit code. 1 where no policy knows the repository. */
export function runExplain(name: string, options: ExplainOptions, io: CommandIO): Promise<number> {
  return reporting(io, () => explain(name, options, io));
}

async function explain(name: string, { state, output }: ExplainOptions, io: CommandIO): Promise<number> {
  const [organization, repository, more] = name.toLowerCase().split('/');
  if (!organization || !repository || more !== undefined)
    throw new Plus1Error('PLUS1_USAGE', `found ${JSON.stringify(name)}, allowed: ORGANIZATION/REPOSITORY`);
  const folder = stateFolder(state, readEnvironment(io.env));
  const { policies: all, faults } = await new StateFolder(folder).list(io.signal);
  const policies = all.map(inForce).filter(({ spec }) => String(spec.organization).toLowerCase() === organization);
  const answers: { explained: Explained; policy: StoredPolicy }[] = [];
  for (const policy of policies) {
    const known = readKnown(await new CacheFolder(folder).load(policy.metadata, io.signal));
    if (known === undefined) continue;
    const looksOf = await readLooks(folder, { key: policy.metadata, spec: policy.spec }, io.signal);
    const own = explainedBy(policy, { ...known, looksOf }, repository, io.clock());
    answers.push(...own.map((explained) => ({ explained, policy })));
  }
  if (answers.length === 0) {
    // Which organization a damaged state is about is not known: it is told of where nothing else answers.
    for (const { error } of faults) io.stderr.write(`${errorLine(error)}\n`);
    if (policies.length > 0) throw notKnown(name, policies);
    throw new Plus1Error('PLUS1_NOT_KNOWN', `nothing is recorded about ${organization} in ${folder} yet`, {
      fix: 'run `plus1 sync -f policy.yaml` first (`mode: Observe` writes nothing to GitHub); `plan` keeps no record; or name the folder with --state. Of policies of a cluster the web page says it',
    });
  }
  if (output === 'json') io.stdout.write(printableJSON({ answers: answers.map(({ explained }) => explained) }, 4));
  else
    io.stdout.write(
      answers.map(({ explained, policy }) => explainedText(explained, policy.spec, io.clock())).join('\n'),
    );
  return EXIT.ok;
}

function notKnown(name: string, policies: readonly StoredPolicy[]): Plus1Error {
  if (policies.every(({ status }) => status?.lastSyncTime === undefined))
    return new Plus1Error('PLUS1_NOT_KNOWN', `no complete pass has listed the repositories yet, ${name} among them`, {
      fix: 'wait for the next pass, and see why the last one failed with plus1 get -o wide',
    });
  return new Plus1Error(
    'PLUS1_NOT_KNOWN',
    `the last pass listed no repository ${name}, and none of that name has left`,
    {
      fix: 'check the name; it may be new, renamed or deleted, or the credential does not see it',
    },
  );
}
