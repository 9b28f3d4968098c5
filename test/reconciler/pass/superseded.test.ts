/** Kind: an intent that was announced and never sent. A record of it would stay open, as if its write had an unknown outcome. */
import { expect } from 'chai';
import type { Intent, PassOutcome } from '../../../pkg/reconciler/index.js';
import { kept, memberNames, town } from '../../builders.js';
import { Scene } from '../../integration/passes.js';

describe('An intent whose write is never taken', () => {
  let scene: Scene;
  /** What the pass announced and took back, and the writes that were sent, in their order. */
  let order: string[];

  beforeEach(async () => {
    scene = await Scene.open(town({ members: 4, promoted: 2, others: 5 }));
    order = [];
    scene.github.beforeRequest(({ isWrite }) => {
      if (isWrite) order.push('write');
    });
  });
  afterEach(() => scene.close());

  /** Shows whom the write would let enter, on how many members. */
  const shown = ({ decision, live }: Intent): string =>
    `${decision.toEnter.map(({ name }) => name).join('+')} on ${live.members.size}`;

  /** One pass; `meanwhile` runs after the n-th intent was kept, before the ruleset is read again. */
  const pass = (meanwhile: (n: number) => void = () => undefined): Promise<PassOutcome> => {
    let times = 0;
    const record = {
      keepIntent: async (intent: Intent) => {
        order.push(`intent ${shown(intent)}`);
        meanwhile((times += 1));
        return true;
      },
      superseded: async (intent: Intent) => void order.push(`superseded ${shown(intent)}`),
    };
    return scene.pass({}, { dependencies: { record } });
  };

  const add = (...added: string[]): void => {
    const { organization } = scene;
    const ids = added.map((name) => organization.get(name).id);
    kept(organization).setMembers([...kept(organization).members, ...ids]);
  };

  it('is none where the ruleset stays as it was read', async () => {
    expect((await pass()).result).to.equal('Succeeded');
    expect(order).to.deep.equal(['intent promoted-001+promoted-002 on 4', 'write']);
  });

  it('is superseded before the one that takes its place is kept', async () => {
    await pass((n) => (n === 1 ? add('promoted-001') : undefined));
    expect(order).to.deep.equal([
      'intent promoted-001+promoted-002 on 4',
      'superseded promoted-001+promoted-002 on 4',
      'intent promoted-002 on 5',
      'write',
    ]);
  });

  it('is superseded each time that the ruleset changes, up to the last look', async () => {
    await pass((n) => add(`other-00${n}`));
    const both = 'promoted-001+promoted-002';
    expect(order).to.deep.equal([
      `intent ${both} on 4`,
      `superseded ${both} on 4`,
      `intent ${both} on 5`,
      `superseded ${both} on 5`,
      `intent ${both} on 6`,
      `superseded ${both} on 6`,
      `intent ${both} on 7`,
      'write',
    ]);
  });

  it('is superseded by none where somebody else did just that', async () => {
    const outcome = await pass(() => add('promoted-001', 'promoted-002'));
    expect([outcome.result, outcome.acted?.written]).to.deep.equal(['Succeeded', false]);
    expect(order).to.deep.equal(['intent promoted-001+promoted-002 on 4', 'superseded promoted-001+promoted-002 on 4']);
  });

  it('is superseded where a limit kept its write out', async () => {
    scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'secondary', status: 403, retryAfter: 2 }, 1);
    await pass();
    expect(order).to.deep.equal([
      'intent promoted-001+promoted-002 on 4',
      'write',
      'superseded promoted-001+promoted-002 on 4',
      'intent promoted-001+promoted-002 on 4',
      'write',
    ]);
  });

  it('is not superseded where the outcome of its write is unknown', async () => {
    scene.github.faults.when(({ isWrite }) => isWrite, { kind: 'status', status: 502 }, 1);
    await pass();
    expect(order.filter((each) => each.startsWith('superseded'))).to.deep.equal([]);
  });

  it('is followed by no write where it cannot be kept, or the one before it cannot be taken back', async () => {
    const record = {
      keepIntent: async () => {
        add('other-001');
        return true;
      },
      superseded: () => Promise.reject(new Error('the disk is full')),
    };
    const outcome = await scene.pass({}, { dependencies: { record } });
    expect([outcome.result, outcome.error?.code]).to.deep.equal(['Failed', 'PLUS1_INTERNAL']);
    const gone = await scene.pass({}, { dependencies: { record: { keepIntent: async () => false } } });
    expect(gone.error?.code).to.equal('PLUS1_INTERRUPTED');
    expect([order, scene.github.counts().writes]).to.deep.equal([[], 0]);
    expect(memberNames(scene.organization)).not.to.include('promoted-001');
  });
});
