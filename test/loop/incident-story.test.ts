/**
 * The story of tj-actions/changed-files (CVE-2025-30066, 14 and 15 March 2025), from opening to report: who refers, who ran it, whom the
 * incident isolated, and what nobody knows. Commands as the guide has them. https://github.com/advisories/GHSA-mrrh-fwg8-r2c3
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { incidentCommand } from '../../cmd/plus1/incident.js';
import { runCommand, type Outcome } from '../cmd/command.js';
import { PATH, PRODUCTION, town } from '../builders.js';
import { push, type Organization } from '../fakes/github/index.js';
import { becomes } from './input.js';
import { Loop, MINUTE } from './loop.js';

const KIND = 'Plus1Incident';
const BAD = 'tj-actions/changed-files';
const CI = '.github/workflows/ci.yml';
const NOON = Date.UTC(2025, 2, 15, 12);
const SHA = '0e58ed8671d6b60d0890c21b07f8835ace038e67';
const uses = (action: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ${action}\n`;

describe('The loop over a folder: the story of a bad action', () => {
  let loop: Loop;
  let acme: Organization;

  before(async () => {
    acme = town({ members: 12 });
    acme.teams.set('security-response', 31);
    const files: Record<string, string> = {
      'web-ran': uses(`${BAD}@v45`),
      'api-quiet': uses(`${BAD}@${SHA}`),
      'lib-caller': 'on: push\njobs:\n  call:\n    uses: acme/web-ran/.github/workflows/ci.yml@main\n',
      clean: uses('actions/checkout@v4'),
      broken: 'jobs: [\n',
    };
    for (const [name, text] of Object.entries(files))
      acme.createRepository({ name, files: { [PATH]: PRODUCTION, [CI]: text } });
    const ran = { path: CI, sha: SHA, at: NOON - 3_600_000, conclusion: 'success' } as const;
    for (const name of ['web-ran', 'lib-caller', 'clean']) acme.get(name).actions.add(ran, NOON);
    acme.get('api-quiet').actions.add({ ...ran, at: NOON - 900_000_000 }, NOON);
    loop = await Loop.open({ organizations: [acme], start: NOON });
    const isolation = { max: '50%' };
    loop.put('acme.yaml', loop.policy('acme', { isolation, workflows: { enabled: true, scope: 'All' } }));
    await loop.start();
  });
  after(() => loop.close());

  const plus1 = (...args: string[]): Promise<Outcome> =>
    runCommand(incidentCommand, args, { cwd: loop.policies, nowMs: loop.clock.now() });
  const state = (): string[] => ['--state', loop.state];

  it('isolates who ran it and who is not known, and tells all of it', async () => {
    const opened = await plus1(
      ...['open', 'tj-actions', '--policy', 'acme', '--severity', 'Critical', '--commander', 'grace'],
      ...['--owner', 'security', '--title', `${BAD} leaks secrets`, '--reason', 'CVE-2025-30066', '--action', BAD],
      ...['--window-start', '2025-03-14T16:00:00Z', '--window-end', '2025-03-15T11:30:00Z', '--matching', 'Ran'],
      ...['--actions', 'Disabled', '--cancel-runs', '--responder', 'security-response', '--policies', loop.policies],
    );
    expect([opened.code, opened.stderr]).to.deep.equal([0, '']);
    await becomes(loop, { kind: KIND, name: 'tj-actions', type: 'Inventoried' }, /^(True|False|Unknown)/);
    await loop.pass(11 * MINUTE);
    const shown = JSON.parse((await plus1('status', 'tj-actions', '-o', 'json', ...state())).stdout).items[0].status;
    const names = (list: { repository: string }[]): string[] => [...new Set(list.map(({ repository }) => repository))];
    expect(names(shown.inventory.refers)).to.deep.equal(['api-quiet', 'lib-caller', 'web-ran']);
    expect(names(shown.inventory.ran)).to.have.members(['lib-caller', 'web-ran']);
    expect(names(shown.inventory.unknown)).to.deep.equal(['broken']);
    expect(shown.isolated.map(({ name, why }: { name: string; why: string }) => `${name} ${why}`)).to.have.members([
      ...['web-ran Ran', 'lib-caller Ran', 'broken Unknown'],
    ]);
    for (const name of ['web-ran', 'lib-caller', 'broken'])
      expect(push(acme.get(name), { ref: 'refs/heads/main' }).ok, name).to.equal(false);
    for (const name of ['api-quiet', 'clean'])
      expect(push(acme.get(name), { ref: 'refs/heads/main' }).ok, name).to.equal(true);
    expect(acme.get('web-ran').startWorkflow({ path: CI, sha: SHA }).ok).to.equal(false);
  });

  it('is released once somebody approves it, and its report has the whole of it', async () => {
    // Cleaned up before the release is asked for: who ran it stays in the report.
    acme.get('web-ran').commit(CI, uses('actions/checkout@v4'), { name: 'grace', login: 'grace' });
    expect((await plus1('close', 'tj-actions', '--policies', loop.policies, ...state())).code).to.equal(0);
    await becomes(loop, { kind: KIND, name: 'tj-actions', type: 'Held' }, /^True/);
    const early = await plus1('report', 'tj-actions', ...state());
    expect(early.stdout).to.match(/Held: 3 repositories would be released/);
    const approved = await plus1(
      ...['release', 'tj-actions', '--reason', 'References are gone', '--approver', 'alice', '--yes', ...state()],
    );
    expect(approved.stdout)
      .to.match(/indicators: Unknown, 1 files? could not be read/)
      .and.to.match(/Approved by alice/);
    await becomes(loop, { kind: KIND, name: 'tj-actions', type: 'Released' }, /^True/);
    expect(push(acme.get('web-ran'), { ref: 'refs/heads/main' }).ok).to.equal(true);
    expect(acme.get('web-ran').startWorkflow({ path: CI, sha: SHA }).ok).to.equal(true);
    const path = join(loop.policies, 'report.html');
    expect((await plus1('report', 'tj-actions', '--format', 'html', '--output', path, ...state())).code).to.equal(0);
    const page = readFileSync(path, 'utf8');
    const rest = ['Who refers', 'Clocks', 'sha256:', 'deleted by the release', 'before.json'];
    for (const text of ['web-ran', 'lib-caller', 'api-quiet', 'broken', ...rest]) expect(page).to.include(text);
    const { stdout: markdown } = await plus1('report', 'tj-actions', ...state());
    expect(markdown)
      .to.match(/## Isolated repositories/)
      .and.to.match(/\| web-ran \| Ran \|/)
      .and.to.match(/\| References \| 3 \|\n\| Runs in the window \| 2 \|/);
  });

  it('may be a drill, whose report says what would have been done', async () => {
    const writes = loop.github.counts().writes;
    const opened = await plus1(
      ...[
        'open',
        'exercise',
        '--drill',
        '--policy',
        'acme',
        '--owner',
        'security',
        '--title',
        'Exercise: <bad> action',
      ],
      ...['--reason', 'Tabletop exercise', '--action', BAD, '--window-start', '2025-03-14T16:00:00Z'],
      ...['--window-end', '2025-03-15T11:30:00Z', '--matching', 'Refers', '--actions', 'Disabled'],
      ...['--policies', loop.policies],
    );
    expect([opened.code, opened.stderr]).to.deep.equal([0, '']);
    // Nobody leads it: a clock runs out.
    await loop.pass(31 * MINUTE);
    const path = join(loop.policies, 'drill.html');
    expect((await plus1('report', 'exercise', '--format', 'html', '--output', path, ...state())).code).to.equal(0);
    const page = readFileSync(path, 'utf8');
    const marks = ['This is a drill', 'Drill: Exercise: &lt;bad&gt; action', 'Whom it would isolate', 'not touched'];
    for (const text of [...marks, 'class="bad-word">missed', 'Nobody leads the response'])
      expect(page).to.include(text);
    expect(page).to.not.include('<bad>').and.to.not.include('deleted by the release');
    const { stdout: markdown } = await plus1('report', 'exercise', ...state());
    expect(markdown).to.match(/nothing was written to GitHub/);
    expect(loop.github.counts().writes, 'nothing is written').to.equal(writes);
  });
});
