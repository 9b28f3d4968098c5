import { DemoFault } from '../../demo/act.js';
import type { Repository } from '../../fakes/github/index.js';
import type { Scene } from '../story.js';
import { RULESET, TENANT, type Stage } from '../stage.js';

const PATH = 'entity.datadog.yaml';
const AUTHOR = { name: 'Grace', login: 'grace' };

export const ask: Scene = {
  title: 'kubectl annotate: look again now',
  async play(stage) {
    await promote(stage);
    await repair(stage);
    await demote(stage);
  },
};

/** Asks for a pass, and waits until the status says that it has ended. */
export async function requestPass(stage: Stage, policy: string, mark: string): Promise<void> {
  await stage.kubectl(`annotate --overwrite plus1 ${policy} -n ${TENANT} plus1.dev/reconcile-at=${mark}`);
  const path = `'jsonpath={.status.lastHandledReconcileAt}=${mark}'`;
  await stage.kubectl(`wait -n ${TENANT} plus1/${policy} --for=${path} --timeout=90s`);
}

/** Commits another lifecycle. */
export function declare(repository: Repository, lifecycle: string): void {
  const file = String(repository.files.get(PATH)?.content ?? '');
  repository.commit(PATH, file.replace(/lifecycle: .*/g, `lifecycle: ${lifecycle}`), AUTHOR);
  repository.expected = lifecycle === 'production' ? 'valid_production' : 'valid_non_production';
}

async function promote(stage: Stage): Promise<void> {
  const repository = first(stage.organization('acme').expecting('valid_non_production'));
  declare(repository, 'production');
  stage.say(`A commit to acme/${repository.name} says that it is in production from now on.`);
  await requestPass(stage, 'acme', 'promoted');
  stage.prove(stage.isConverged('acme'), `${repository.name} is governed by the end of the pass that saw it.`);
}

async function repair(stage: Stage): Promise<void> {
  const ruleset = stage.organization('umbrella').ruleset(RULESET);
  ruleset.setMembers(ruleset.members.slice(3));
  stage.say('Somebody takes three repositories out of the ruleset of umbrella by hand.');
  await requestPass(stage, 'umbrella', 'drifted');
  stage.prove(stage.isConverged('umbrella'), 'They are back.');
  await stage.untilProved(
    async () => (await stage.ask(`get events -n ${TENANT} -o 'jsonpath={.items[*].reason}'`)).includes('DriftRepaired'),
    'An event DriftRepaired tells of it.',
  );
}

async function demote(stage: Stage): Promise<void> {
  const repository = first(stage.organization('acme').expecting('valid_production'));
  declare(repository, 'deprecated');
  stage.say(`A commit to acme/${repository.name} says that it is deprecated.`);
  await requestPass(stage, 'acme', 'demoted');
  const { stdout } = await stage.kubectl(`get plus1 acme -n ${TENANT} -o 'jsonpath={.status.leaving}'`);
  const isMember = stage.organization('acme').ruleset(RULESET).members.includes(repository.id);
  stage.prove(isMember && stdout.includes(repository.name), 'It stays governed while its grace period runs.');
  declare(repository, 'production');
  await requestPass(stage, 'acme', 'taken-back');
  const leaving = await stage.ask(`get plus1 acme -n ${TENANT} -o 'jsonpath={.status.leaving}'`);
  stage.prove(leaving === '' || leaving === '[]', 'The commit is taken back, and the clock is cleared.');
}

function first(repositories: readonly Repository[]): Repository {
  const [repository] = repositories;
  if (repository === undefined) throw new DemoFault('the organization has no repository of that kind');
  return repository;
}
