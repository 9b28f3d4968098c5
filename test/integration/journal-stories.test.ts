/**
 * Random stories of an organization, passes, faults of GitHub, restarts and failovers: after each pass the replay of the journal
 * equals the ruleset, whatever happened to the answers in between.
 */
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { JOURNAL_DEFAULTS } from '../../cmd/plus1/journal-flags.js';
import { openJournal } from '../../cmd/plus1/journal-source.js';
import { silentLog } from '../../pkg/base/index.js';
import { membersAt, policyFolders, readRecords, verify, type WholeRecord } from '../../pkg/journal/index.js';
import {
  journaled,
  journalPublisher,
  NO_RECORD,
  statusPublisher,
  type JournalKeeper,
  type PassOutcome,
} from '../../pkg/reconciler/index.js';
import { kept, PRODUCTION, say, town } from '../builders.js';
import type { Fault, LoggedRequest, Organization } from '../fakes/github/index.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { runsOf } from '../sample.js';
import { Scene, type PassOptions } from './passes.js';

const FAR = '2100-01-01T00:00:00.000Z';
const UID = '3f9a1c07-1111-4222-8333-444455556666';
const NAMES = ['member-001', 'member-002', 'member-003', 'other-001', 'other-002', 'other-003'];
const SPEC = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };

/** A policy whose passes keep a journal: each writer has a volume of its own, as each pod has. */
class JournalScene {
  readonly scene: Scene;
  readonly #roots = new Map<string, string>();
  #keeper: JournalKeeper | undefined;
  #writer = 'plus1-0';

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** The process ends; the next pass is that of another one, or of another pod. */
  restart(writer = this.#writer): void {
    this.#writer = writer;
    this.#keeper = undefined;
  }

  get roots(): string[] {
    return [...this.#roots.values()];
  }

  async pass(options: PassOptions = {}): Promise<PassOutcome> {
    const { scene } = this;
    // Passes of two pods do not run in one instant.
    scene.clock.pass(60_000);
    const state = this.#roots.get(this.#writer) ?? temporaryFolder();
    this.#roots.set(this.#writer, state);
    this.#keeper ??= openJournal({
      ...{
        flags: { ...JOURNAL_DEFAULTS, journal: join(state, 'journal') },
        cwd: '/',
        state,
        program: 'plus1-controller',
      },
      ...{ writer: this.#writer, clock: scene.clock, log: silentLog },
    });
    const { spec } = scene.policy(SPEC);
    const about = { key: { namespace: 'default', name: 'acme' }, uid: UID, spec, generation: 1, reconcileID: 'test' };
    const journal = this.#keeper.pass({ ...about, status: scene.status });
    const { known: _known, ...record } = journaled(
      {
        ...NO_RECORD,
        keepIntent: ({ status }) => scene.keep(status),
        keepStatus: async (status) => void (await scene.keep({ ...status, observedGeneration: 1 })),
      },
      journal,
    );
    const publishers = [journalPublisher({ journal, requests: () => 0 }), statusPublisher({ record, log: silentLog })];
    return scene.pass(SPEC, { ...options, dependencies: { ...options.dependencies, record, publishers } });
  }

  async records(): Promise<WholeRecord[]> {
    const places = this.roots.map((state) => join(state, 'journal'));
    return (await readRecords(await policyFolders(places, { namespace: undefined, name: 'acme' }))).records;
  }

  async expectSame(when: string): Promise<void> {
    const at = membersAt(FAR, await this.records());
    const members = at.ok ? at.members.map(({ id }) => id) : undefined;
    expect(members, when).to.deep.equal([...kept(this.scene.organization).members].sort((a, b) => a - b));
  }

  async expectWhole(): Promise<void> {
    const folders = this.roots.map((state) => join(state, 'journal'));
    const { chains } = await verify({ folders, keys: [], checkpoints: [], heads: [] });
    expect(chains.flatMap(({ faults }) => faults)).to.deep.equal([]);
  }
}

const isPut = ({ method }: LoggedRequest): boolean => method === 'PUT';

type Change = 'promote' | 'demote' | 'add' | 'remove' | 'delete';

type Act =
  | { what: Change; which: number }
  | { what: 'create' | 'restart' | 'failover' | 'wait' }
  | { what: 'fault'; fault: Fault };

const FAULTS: Fault[] = [
  { kind: 'put-applied-reset' },
  { kind: 'put-applied-500' },
  { kind: 'put-ignored' },
  { kind: 'reset' },
  { kind: 'status', status: 502 },
  { kind: 'forbidden' },
];

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    what: fc.constantFrom('promote', 'demote', 'add', 'remove', 'delete'),
    which: fc.nat({ max: NAMES.length - 1 }),
  }),
  fc.record({ what: fc.constantFrom('create', 'restart', 'failover', 'wait') }),
  fc.record({ what: fc.constant('fault'), fault: fc.constantFrom(...FAULTS) }),
);

let created = 0;

function play(journal: JournalScene, step: Act): void {
  const { scene } = journal;
  const { organization, github, clock } = scene;
  switch (step.what) {
    case 'create':
      organization.createRepository({ name: `fresh-${(created += 1)}`, files: { 'entity.datadog.yaml': PRODUCTION } });
      return;
    case 'restart':
      return journal.restart();
    case 'failover':
      return journal.restart(journal.roots.length % 2 === 0 ? 'plus1-0' : 'plus1-1');
    case 'wait':
      return clock.pass(3_600_000);
    case 'fault':
      github.faults.when(isPut, step.fault);
      return;
    case 'promote':
    case 'demote':
    case 'add':
    case 'remove':
    case 'delete':
      return change(organization, step.what, step.which);
  }
}

function change(organization: Organization, what: Change, which: number): void {
  const repository = organization.repository(NAMES[which] ?? '');
  if (repository === undefined) return;
  const ruleset = kept(organization);
  const { id } = repository;
  const changes: Record<Change, () => unknown> = {
    promote: () => say(repository, 'production'),
    demote: () => say(repository, 'deprecated'),
    add: () => ruleset.setMembers(new Set([...ruleset.members, id])),
    remove: () => ruleset.setMembers(ruleset.members.filter((each) => each !== id)),
    delete: () => (which > 3 ? repository.delete() : undefined),
  };
  changes[what]();
}

describe('The replay of a journal', function () {
  this.timeout(3_600_000);
  after(removeTemporaryFolders);

  const { numRuns } = runsOf(1_000, 25);

  it(`equals the ruleset after every pass of ${numRuns} random stories`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(act, { maxLength: 3 }), { minLength: 1, maxLength: 6 }), async (story) => {
        const journal = new JournalScene(await Scene.open(town({ members: 3, others: 3 })));
        try {
          await journal.pass();
          for (const [at, steps] of story.entries()) {
            for (const step of steps) play(journal, step);
            await journal.pass();
            journal.scene.github.reset();
            await journal.expectSame(`after pass ${at + 2}`);
          }
          await journal.expectWhole();
        } finally {
          await journal.scene.close();
        }
      }),
      { numRuns },
    );
  });

  it('of two writers with a volume each is joined by what each names as the last head that it knew', async () => {
    const journal = new JournalScene(await Scene.open(town({ members: 3, others: 3 })));
    const { scene } = journal;
    const { organization } = scene;
    try {
      await journal.pass();
      const first = scene.status.journal;
      journal.restart('plus1-1');
      say(organization.get('other-001'), 'production');
      expect((await journal.pass()).error?.message).to.equal(undefined);
      const second = scene.status.journal;
      journal.restart('plus1-0');
      say(organization.get('other-002'), 'production');
      expect((await journal.pass()).error?.message).to.equal(undefined);
      await journal.expectSame('after the failovers');
      const starts = (await journal.records()).filter(
        ({ kind }) => /Started$/.test(kind) && kind !== 'ExposureStarted',
      );
      const heads = [first, second].map((head) => ({
        chain: head?.chain,
        sequence: head?.sequence,
        hash: head?.headHash,
      }));
      expect(starts.map(({ kind, data }) => [kind, data['after']])).to.deep.equal([
        ['ChainStarted', null],
        ['ChainStarted', heads[0]],
        ['SegmentStarted', heads[1]],
      ]);
      expect(
        (await journal.records()).filter(({ kind }) => kind === 'PolicyChanged'),
        'no failover changes a policy',
      ).to.have.length(1);
      await journal.expectWhole();
    } finally {
      await scene.close();
    }
  });
});
