/** Two policies for one ruleset that take turns with one state folder: each has a memory of its own, and so a window of its own. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { kept, memberNames, say, town } from '../builders.js';
import { startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { plus1, temporaryFolder, type Ran } from './cli.js';

describe('Two policies for one ruleset, by sync with one state folder', function () {
  let github: GitHubSimulator;
  let acme: Organization;
  let state: string;
  let files: string;

  beforeEach(async () => {
    acme = town({ members: 20 });
    github = await startGitHub({ organizations: [acme, town({ login: 'beta', members: 4 })] });
    [state, files] = [temporaryFolder(), temporaryFolder()];
  });
  afterEach(async () => {
    await github.close();
    expect(github.contractViolations).to.deep.equal([]);
  });

  const file = (name: string, spec: object = {}, metadata: object = {}): string => {
    const path = join(files, `${name}.yaml`);
    const all = { organization: 'acme', github: { apiURL: github.apiURL }, exit: { gracePeriod: '0s' }, ...spec };
    const head = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name, ...metadata } };
    writeFileSync(path, JSON.stringify({ ...head, spec: all }));
    return path;
  };
  const run = (...args: string[]): Promise<Ran> => plus1([...args, '--state', state], { github });
  const sync = (name: string, spec?: object, metadata?: object): Promise<Ran> =>
    run('sync', '-f', file(name, spec, metadata));
  const demote = (from: number, to: number): void => {
    for (let number = from; number <= to; number += 1)
      say(acme.get(`member-${String(number).padStart(3, '0')}`), 'deprecated');
  };
  const pathOf = (name: string): string => join(state, 'default', `${name}.json`);
  const stateOf = (name: string): { metadata: Record<string, unknown>; status: Record<string, unknown> } =>
    JSON.parse(readFileSync(pathOf(name), 'utf8')) as ReturnType<typeof stateOf>;
  const edit = (name: string, change: (object: ReturnType<typeof stateOf>) => void): void => {
    const object = stateOf(name);
    change(object);
    writeFileSync(pathOf(name), JSON.stringify(object));
  };
  const refused = (ran: Ran, by: string, code = 'PLUS1_POLICY_CONFLICT'): void => {
    expect([ran.code, ran.stdout]).to.deep.equal([1, '']);
    expect(ran.stderr).to.match(new RegExp(`^${code}: [^\\n]*default/${by}[^\\n]* Fix: [^\\n]*\\n$`));
    expect(ran.stderr).to.include(pathOf(by));
  };

  it('do not let leave more than the guard of one of them: the second is refused, and nothing is asked of GitHub', async () => {
    demote(1, 5);
    expect((await sync('one')).code).to.equal(0);
    expect(memberNames(acme)).to.have.length(15);
    demote(6, 10);
    const before = github.requests.length;
    refused(await sync('two'), 'one');
    refused(await run('sync', '--org', 'acme'), 'one');
    refused(await run('plan', '-f', file('two')), 'one');
    refused(await sync('two', { organization: 'ACME' }), 'one');
    expect(github.requests.length).to.equal(before);
    expect((await sync('one')).code, 'the first is held by its guard').to.equal(3);
    expect(memberNames(acme)).to.have.length(15);
  });

  it('are one by the id of the ruleset where it was renamed, found before anything is written', async () => {
    demote(1, 5);
    expect((await run('sync', '--org', 'acme', '--grace-period', '0s')).code).to.equal(0);
    kept(acme).edit({ name: 'renamed' });
    demote(6, 10);
    refused(await sync('two', { ruleset: { name: 'renamed' } }), 'acme');
    expect(acme.ruleset('renamed').members).to.have.length(15);
    const plan = await run('plan', '-f', file('two', { ruleset: { name: 'renamed' } }));
    expect(plan.stderr).to.match(/^PLUS1_POLICY_CONFLICT: /);
  });

  it('the older one rules, whatever its file says of its age, and the younger has no state', async () => {
    expect((await sync('one')).code).to.equal(0);
    expect(Date.parse(String(stateOf('one').metadata['creationTimestamp']))).to.be.greaterThan(0);
    refused(await sync('two', {}, { creationTimestamp: '2001-01-01T00:00:00Z' }), 'one');
    const made = stateOf('one').metadata['creationTimestamp'];
    expect((await sync('one', {}, { creationTimestamp: '2001-01-01T00:00:00Z' })).code).to.equal(0);
    expect(stateOf('one').metadata['creationTimestamp']).to.equal(made);
    // As a controller leaves the younger one of two: stalled, with a state of its own.
    writeFileSync(pathOf('two'), readFileSync(pathOf('one'), 'utf8').replaceAll('"one"', '"two"'));
    edit('two', ({ metadata }) => (metadata['creationTimestamp'] = '2999-01-01T00:00:00Z'));
    expect((await sync('one')).code).to.equal(0);
    refused(await sync('two'), 'one');
  });

  it('of two whose age nobody knows neither rules', async () => {
    expect((await sync('one')).code).to.equal(0);
    edit('one', ({ metadata }) => delete metadata['creationTimestamp']);
    writeFileSync(pathOf('two'), readFileSync(pathOf('one'), 'utf8').replaceAll('"one"', '"two"'));
    refused(await sync('one'), 'two');
    refused(await sync('two'), 'one');
    rmSync(pathOf('two'));
    expect((await sync('one')).code).to.equal(0);
  });

  it('the second runs as soon as the state of the first is deleted, or marked as that of a deleted policy', async () => {
    expect((await sync('one')).code).to.equal(0);
    edit('one', ({ metadata }) => (metadata['deletionTimestamp'] = '2026-11-22T10:00:00Z'));
    expect((await sync('two')).code).to.equal(0);
    rmSync(pathOf('two'));
    edit('one', ({ metadata }) => delete metadata['deletionTimestamp']);
    refused(await sync('two'), 'one');
    rmSync(pathOf('one'));
    expect((await sync('two')).code).to.equal(0);
  });

  it('a damaged state claims its ruleset all the same; one that does not say which may claim any', async () => {
    expect((await sync('one')).code).to.equal(0);
    edit('one', (object) => (object.status = [] as never));
    refused(await sync('two'), 'one');
    writeFileSync(pathOf('one'), readFileSync(pathOf('one'), 'utf8').slice(0, 40));
    const ran = await sync('two');
    expect([ran.code, ran.stdout]).to.deep.equal([1, '']);
    expect(ran.stderr).to.match(/^PLUS1_STATE_UNREADABLE: .*default\/one.json is not JSON/);
  });

  it('policies for other organizations or rulesets, damaged ones too, and files of others, are no rivals', async () => {
    expect((await sync('beta', { organization: 'beta' })).code).to.equal(0);
    edit('beta', (object) => (object.status = [] as never));
    mkdirSync(join(state, 'web'));
    writeFileSync(join(state, 'web', 'package.json'), '{"name": "web"}');
    expect((await sync('one')).code).to.equal(0);
    expect((await run('plan', '--org', 'acme', '--ruleset', 'other')).stderr).to.not.include('CONFLICT');
  });
});
