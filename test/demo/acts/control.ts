/**
 * The controller over three organizations: it converges them, repairs what is broken by hand, lets a demotion wait for its
 * grace, and keeps the clock over a restart. Intervals and grace are short here; a day is too long for a demo.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seedOrganization, type Organization } from '../../fakes/github/index.js';
import { DemoFault, type Act } from '../act.js';
import type { LongRun } from '../long-run.js';
import { CATALOGUE, LOGIN, RULESET, type Stage } from '../stage.js';

const GRACE = '8s';

/** A name more or less tells nothing; a line that wraps is hard to read. */
const MAX_LINE = 150;

/** Log lines are JSON and long; these fields tell the story. */
const SHOWN = ['msg', 'server', 'address', 'policy', 'reason', 'message'] as const;

export const control: Act = {
  title: 'The controller: three organizations, for as long as it runs',
  async play(stage) {
    const [umbrella, initech] = [settle('umbrella', 300, 77), settle('initech', 120, 78)];
    for (const organization of [umbrella, initech]) stage.add(organization);
    await writePolicies(stage);
    const all = [stage.organization, umbrella, initech];
    const host = new URL(stage.apiURL).host;
    const command = `controller --policies policies --state state --allowed-host ${host} --metrics-address 127.0.0.1:0 --health-address 127.0.0.1:0`;
    let run = stage.start(command);
    try {
      await converge(stage, run, all);
      await repair(stage, run, umbrella);
      const demoted = await demote(stage, run, initech);
      run = await restart(stage, run, command);
      await leave(stage, run, { initech, demoted });
      await scrape(stage, run);
    } finally {
      await run.stop();
    }
  },
};

/** An organization whose ruleset has only its first member yet. */
function settle(login: string, repositories: number, seed: number): Organization {
  return seedOrganization({
    login,
    repositories,
    seed,
    production: Math.round(repositories / 3),
    rulesetMembers: 'one',
  });
}

async function writePolicies({ folder, apiURL }: Stage): Promise<void> {
  await mkdir(join(folder, 'policies'));
  for (const name of [LOGIN, 'umbrella', 'initech']) {
    const policy = `apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: ${name}}
spec:
  organization: ${name}
  github: {apiURL: "${apiURL}"}
  schedule: {interval: 30m, quickInterval: 10s}
  exit: {gracePeriod: ${GRACE}}
`;
    await writeFile(join(folder, 'policies', `${name}.yaml`), policy);
  }
}

async function converge(stage: Stage, run: LongRun, all: readonly Organization[]): Promise<void> {
  await run.until(() => all.every(isConverged), 'every production repository is governed');
  await run.until(() => isReady(run), 'the controller is ready');
  tell(stage, run, 0, ({ msg }) => msg === 'Listening' || msg === 'Event');
  for (const organization of all) {
    const production = organization.expecting('valid_production').length;
    stage.prove(
      isConverged(organization),
      `${organization.login}: all ${production} production repositories are governed.`,
    );
  }
  await stage.run('get --state state');
}

async function repair(stage: Stage, run: LongRun, organization: Organization): Promise<void> {
  const ruleset = organization.ruleset(RULESET);
  const from = run.log.length;
  ruleset.setMembers(ruleset.members.slice(3));
  stage.narrator.say('', `Somebody takes three repositories out of the ruleset of ${organization.login} by hand.`);
  await run.until(() => isConverged(organization), 'the repair');
  await run.until(
    () => run.log.slice(from).some(({ reason }) => reason === 'DriftRepaired'),
    'the event of the repair',
  );
  tell(stage, run, from, ({ reason }) => reason === 'DriftRepaired');
  stage.prove(isConverged(organization), `${organization.login}: the three are back.`);
}

async function demote(stage: Stage, run: LongRun, organization: Organization): Promise<number> {
  const repository = organization.expecting('valid_production')[5];
  if (repository === undefined) throw new DemoFault('the seed has no repository to demote');
  const from = run.log.length;
  const file = String(repository.files.get(CATALOGUE)?.content ?? '');
  repository.commit(CATALOGUE, file.replace(/lifecycle: .*/g, 'lifecycle: deprecated'), {
    name: 'Grace',
    login: 'grace',
  });
  repository.expected = 'valid_non_production';
  stage.narrator.say(
    '',
    `${organization.login}/${repository.name} no longer says production. Its grace period is ${GRACE} here.`,
  );
  await run.until(() => run.log.slice(from).some(({ reason }) => reason === 'RepositoryDemoted'), 'the clock');
  await stage.run(`explain ${organization.login}/${repository.name} --state state`);
  stage.prove(
    organization.ruleset(RULESET).members.includes(repository.id),
    `${repository.name} is still governed while its clock runs.`,
  );
  return repository.id;
}

async function restart(stage: Stage, run: LongRun, command: string): Promise<LongRun> {
  stage.narrator.say('', 'The controller is stopped and started again while the clock runs.');
  const code = await run.stop();
  stage.prove(code === 0, 'It ended with exit code 0.');
  return stage.start(command);
}

async function leave(
  stage: Stage,
  run: LongRun,
  { initech, demoted }: { initech: Organization; demoted: number },
): Promise<void> {
  const members = (): readonly number[] => initech.ruleset(RULESET).members;
  await run.until(() => !members().includes(demoted), 'the demoted repository leaves');
  stage.prove(
    !members().includes(demoted),
    `The clock outlived the restart: ${GRACE} after the first contrary observation it left.`,
  );
  stage.prove(isConverged(initech), 'Nobody else left.');
}

async function scrape(stage: Stage, run: LongRun): Promise<void> {
  const address = run.address('metrics') ?? '';
  stage.narrator.say('', `A scrape of http://${address}/metrics, of which:`);
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const wanted =
    /^plus1_(compliance_ratio|production_repositories|ruleset_members|ruleset_changes_total|passes_total\{.*succeeded)/;
  const lines = text.split('\n').filter((line) => wanted.test(line));
  stage.narrator.output(lines.join('\n'));
  stage.prove(lines.length > 0 && !text.includes('ghp_demo'), 'The metrics are there, and the token is not in them.');
}

function isConverged(organization: Organization): boolean {
  const members = new Set(organization.ruleset(RULESET).members);
  return organization.expecting('valid_production').every(({ id }) => members.has(id));
}

async function isReady(run: LongRun): Promise<boolean> {
  const address = run.address('health');
  return address !== undefined && (await fetch(`http://${address}/readyz`)).ok;
}

function tell(stage: Stage, run: LongRun, from: number, wanted: (line: LongRun['log'][number]) => boolean): void {
  const shown = run.log.slice(from).filter(wanted).map(shortLine);
  stage.narrator.output(shown.join('\n'));
}

function shortLine(line: LongRun['log'][number]): string {
  const text = SHOWN.map((field) => line[field])
    .filter((value) => typeof value === 'string')
    .join('  ');
  return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE - 1)}…` : text;
}
