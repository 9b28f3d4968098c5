/** Passes that keep a journal, in this process against a simulator. */
import { join } from 'node:path';
import { expect } from 'chai';
import { JOURNAL_DEFAULTS } from '../../cmd/plus1/journal-flags.js';
import { openJournal } from '../../cmd/plus1/journal-source.js';
import { silentLog } from '../../pkg/base/index.js';
import { membersAt, policyFolders, readRecords, verify, type WholeRecord } from '../../pkg/journal/index.js';
import {
  approvalPublisher,
  journaled,
  journalPublisher,
  NO_RECORD,
  statusPublisher,
  type ApprovalPort,
  type JournalKeeper,
  type PassOutcome,
} from '../../pkg/reconciler/index.js';
import { kept } from '../builders.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Scene } from './passes.js';
import { type PassOptions, type SpecInput } from './passes.js';

const FAR = '2100-01-01T00:00:00.000Z';
const UID = '3f9a1c07-1111-4222-8333-444455556666';
export const SPEC = { exit: { gracePeriod: '0s' }, guards: { maxLeaving: '100%' } };

export interface JournalPass extends PassOptions {
  isLost?: boolean;
  spec?: SpecInput;
}

/** A policy whose passes keep a journal: each writer has a volume of its own, as each pod has. */
export class JournalScene {
  readonly scene: Scene;
  /** Where people approve; absent where nobody can. */
  approvals: ApprovalPort | undefined;
  readonly #roots = new Map<string, string>();
  #keeper: JournalKeeper | undefined;
  #writer = 'plus1-0';
  #passes = 0;

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

  /** `isLost`: the process ends before the status of the pass is kept. */
  async pass({ isLost = false, spec: input = SPEC, ...options }: JournalPass = {}): Promise<PassOutcome> {
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
    const { spec } = scene.policy(input);
    const reconcileID = `pass ${(this.#passes += 1)}`;
    const about = { key: { namespace: 'default', name: 'acme' }, uid: UID, spec, generation: 1, reconcileID };
    const journal = this.#keeper.pass({ ...about, status: scene.status });
    const { known: _known, ...record } = journaled(
      {
        ...NO_RECORD,
        ...(this.approvals && { approvals: this.approvals }),
        keepIntent: ({ status }) => scene.keep(status),
        keepOwned: ({ status }) => scene.keep(status),
        keepStatus: async (status) => {
          if (!isLost) await scene.keep({ ...status, observedGeneration: 1 });
        },
      },
      journal,
    );
    const publishers = [
      journalPublisher({ journal, sent: () => ({ requests: 0, secondaryLimits: 0, cost: { core: 0, graphql: 0 } }) }),
      statusPublisher({ record, log: silentLog }),
      ...(this.approvals ? [approvalPublisher({ approvals: this.approvals })] : []),
    ];
    return scene.pass(input, { ...options, dependencies: { ...options.dependencies, record, publishers } });
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
