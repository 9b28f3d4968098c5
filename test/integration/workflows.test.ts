/** Workflow files over an organization: what is asked, when, what it comes to, and what the index answers. */
import { expect } from 'chai';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { findReferences, type IndexedRepository, type References } from '../../pkg/workflows/index.js';
import { PATH, PRODUCTION, RETIRED, town } from '../builders.js';
import type { LoggedRequest } from '../fakes/github/index.js';
import { harden, SHA, workflow } from '../workflows/build.js';
import { Scene, type SpecInput } from './passes.js';

const ON: SpecInput = { workflows: { enabled: true } };
const GOOD = workflow(harden());
const BARE = workflow('');
const TJ = 'tj-actions/changed-files';

describe('Workflow files of an organization', () => {
  let scene: Scene;
  afterEach(async () => {
    expect(scene.github.contractViolations).to.deep.equal([]);
    await scene.close();
  });

  const textOf = ({ body }: LoggedRequest): string => JSON.stringify(body ?? '');
  const asked = (since: number): readonly LoggedRequest[] =>
    scene.github.requests.slice(since).filter((request) => textOf(request).includes('.github/workflows'));
  const condition = ({ status }: PassOutcome): string | undefined => {
    const found = status.conditions?.find(({ type }) => type === 'WorkflowsHardened');
    return found && `${found.status} ${found.reason}: ${found.message}`;
  };
  const index = (): IndexedRepository[] => JSON.parse(scene.index ?? '{}').repositories ?? [];
  const refer = (action: string, ref?: string): References =>
    findReferences(index(), { organization: 'acme', action, ref });

  it('are not looked at where nobody asks for it', async () => {
    scene = await Scene.open(town({ members: 2 }));
    const outcome = await scene.pass();
    expect(scene.index).to.equal(undefined);
    expect(outcome.status).to.not.have.property('workflows');
    expect(condition(outcome)).to.equal(undefined);
  });

  it('are counted by what their jobs are worth, of those that the ruleset governs', async () => {
    scene = await Scene.open(town({ members: 2, others: 1 }));
    const { organization } = scene;
    organization.get('member-001').commit('.github/workflows/a.yml', GOOD);
    organization.get('member-002').commit('.github/workflows/b.yml', BARE);
    organization.get('other-001').commit('.github/workflows/c.yml', BARE);
    const outcome = await scene.pass(ON);
    expect(outcome.status.workflows).to.deep.equal({
      jobs: [
        { status: 'holds', count: 1 },
        { status: 'unprotected', count: 1 },
      ],
      filesUnreadable: 0,
    });
    expect(condition(outcome)).to.equal('False NotHardened: Jobs are not limited in what they send out in member-002');
    expect(index()).to.have.length(3);
    const all = await scene.pass({ workflows: { enabled: true, scope: 'All' } });
    expect(all.status.workflows?.jobs.find(({ status }) => status === 'unprotected')?.count).to.equal(2);
  });

  it('are hardened where all of them are, and nobody knows where one cannot be read', async () => {
    scene = await Scene.open(town({ members: 1 }));
    const member = scene.organization.get('member-001');
    member.commit('.github/workflows/a.yml', GOOD);
    expect(condition(await scene.pass(ON))).to.match(/^True AllHardened/);
    member.commit('.github/workflows/b.yml', 'jobs: [');
    const outcome = await scene.pass(ON);
    expect(condition(outcome)).to.match(/^Unknown NotObserved/);
    expect(outcome.status.workflows?.filesUnreadable).to.equal(1);
  });

  it('are asked for once, and then only where a head moved; texts only where the folders are others', async () => {
    scene = await Scene.open(town({ members: 45 }));
    for (const repository of scene.organization.repositories) repository.commit('.github/workflows/a.yml', GOOD);
    await scene.pass();
    const before = scene.github.requests.length;
    await scene.pass(ON);
    const first = asked(before);
    expect(first).to.have.length(3);
    const then = scene.github.requests.length;
    await scene.pass(ON);
    const quiet = asked(then);
    expect(quiet).to.have.length(0);
    scene.organization.get('member-001').commit('README.md', 'new');
    scene.organization.get('member-002').commit('.github/workflows/a.yml', BARE);
    const moved = scene.github.requests.length;
    const outcome = await scene.pass(ON);
    const again = asked(moved);
    expect(again.map((request) => textOf(request).includes(' text'))).to.deep.equal([false, true]);
    expect(condition(outcome)).to.include('member-002');
  });

  it('tell who refers to an action: directly, by a called workflow, by a composite action', async () => {
    scene = await Scene.open(town({}));
    const { organization } = scene;
    const create = (name: string, files: Record<string, string>, file = RETIRED): void =>
      void organization.createRepository({ name, files: { [PATH]: file, ...files } });
    const uses = (what: string): string => workflow(`      - uses: ${what}\n`);
    create('direct', { '.github/workflows/a.yml': uses(`${TJ}@v45`) }, PRODUCTION);
    create('pinned', { '.github/workflows/a.yml': uses(`${TJ}@${SHA}`) });
    create('ci', { '.github/workflows/shared.yml': uses(`${TJ}@v45`) });
    create('caller', {
      '.github/workflows/a.yml': 'jobs:\n  x:\n    uses: acme/ci/.github/workflows/shared.yml@main\n',
    });
    create('twice', { '.github/workflows/a.yml': 'jobs:\n  x:\n    uses: acme/CALLER/.github/workflows/a.yml@main\n' });
    create('tool', { 'action.yml': `runs:\n  using: composite\n  steps:\n    - uses: ${TJ}@v44\n` });
    create('remote', { '.github/workflows/a.yml': uses('acme/tool@v1') });
    create('local', {
      '.github/workflows/a.yml': uses('./.github/actions/x'),
      '.github/actions/x/action.yaml': `runs:\n  using: composite\n  steps:\n    - uses: ${TJ}@v45\n`,
    });
    create('clean', { '.github/workflows/a.yml': uses('actions/checkout@v4') });
    create('near', { '.github/workflows/a.yml': uses('tj-actions/changed-files-x@v45') });
    create('broken', { '.github/workflows/a.yml': 'jobs: [' });
    create('elsewhere', { '.github/workflows/a.yml': uses('./tools/x') });
    create('node', { 'action.yml': 'runs:\n  using: node24\n  main: x.js\n' });
    await scene.pass(ON);
    const { refers, unknown } = refer(TJ.toUpperCase());
    expect(refers.map(({ repository, via, ref, line }) => `${repository} ${via} @${ref} ${line}`)).to.deep.equal([
      'caller reusable @v45 3',
      'ci direct @v45 6',
      'direct direct @v45 6',
      'local direct @v45 4',
      'local composite @v45 6',
      `pinned direct @${SHA} 6`,
      'remote composite @v44 6',
      'tool direct @v44 4',
      'twice reusable @v45 3',
    ]);
    expect(unknown.map(({ repository, file }) => `${repository} ${file}`).sort()).to.deep.equal([
      'broken .github/workflows/a.yml',
      'elsewhere tools/x',
    ]);
    expect(refer(TJ, SHA.slice(0, 10)).refers.map(({ repository }) => repository)).to.deep.equal(['pinned']);
    expect(refer(TJ, 'v44').refers.map(({ repository }) => repository)).to.deep.equal(['remote', 'tool']);
    expect(refer('actions/checkout').refers.map(({ repository }) => repository)).to.deep.equal(['clean']);
  });
});
