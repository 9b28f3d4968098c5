/**
 * Processor time of passes over one organization with a journal and without one, in one process: each by turns, so that both meet the
 * same machine. A pass that finds nothing to do, and one that repairs a member that somebody else took out.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { JOURNAL_DEFAULTS } from '../../cmd/plus1/journal-flags.js';
import { openJournal } from '../../cmd/plus1/journal-source.js';
import { systemClock } from '../../cmd/plus1/clock.js';
import { policySpec, type Plus1Policy, type PolicyStatus } from '../../pkg/api/index.js';
import { silentLog } from '../../pkg/base/index.js';
import { createGitHub, tokenCredential } from '../../pkg/github/index.js';
import {
  journaled,
  journalPublisher,
  NO_RECORD,
  runPass,
  statusPublisher,
  type JournalKeeper,
  type PassRecord,
} from '../../pkg/reconciler/index.js';
import { CONCURRENCY, LOGIN, RULESET } from './model.js';
import { Simulator } from './simulator.js';

/** Enough that one of each kind has the processor to itself. */
const ROUNDS = 15;
const TOKEN = 'ghp_bench';
const UID = '3f9a1c07-1111-4222-8333-444455556666';
const signal = new AbortController().signal;

/** The least of all rounds, in seconds: other work of the machine adds to the rest. */
export interface Costs {
  without: number;
  with: number;
}

/** A policy with a memory of its own. */
class Passes {
  readonly #apiURL: string;
  readonly #keeper: JournalKeeper | undefined;
  #status: PolicyStatus = {};
  #known: string | undefined;

  constructor(apiURL: string, folder?: string) {
    this.#apiURL = apiURL;
    this.#keeper = folder === undefined ? undefined : keeperIn(folder);
  }

  /** Seconds of the processor. Throws where the pass fails, or writes where `isWriting` does not say so. */
  async pass(isWriting: boolean): Promise<number> {
    const before = process.cpuUsage();
    const { error, acted } = await this.#run();
    const { user, system } = process.cpuUsage(before);
    if (error !== undefined) throw error;
    if (acted?.written !== isWriting) throw new Error(`the pass ${isWriting ? 'wrote nothing' : 'wrote'}`);
    return (user + system) / 1e6;
  }

  async #run(): ReturnType<typeof runPass> {
    const spec = v.parse(policySpec, {
      organization: LOGIN,
      ruleset: { name: RULESET },
      github: { apiURL: this.#apiURL },
    });
    const policy: Plus1Policy = {
      ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: LOGIN, namespace: 'default' } },
      spec,
    };
    const github = createGitHub({
      ...{ apiURL: this.#apiURL, credential: tokenCredential(TOKEN, 'the token'), targeting: 'RepositoryID' },
      ...{ concurrency: CONCURRENCY, clock: systemClock, random: () => 0 },
    });
    const about = { key: { namespace: 'default', name: LOGIN }, uid: UID, spec, generation: 1 };
    const journal = this.#keeper?.pass({ ...about, status: this.#status, reconcileID: 'bench' });
    const own = this.#record();
    const record = journal === undefined ? own : journaled(own, journal);
    const sent = (): ReturnType<typeof github.sent> => github.sent();
    const publishers = [
      ...(journal === undefined ? [] : [journalPublisher({ journal, sent })]),
      statusPublisher({ record, log: silentLog }),
    ];
    try {
      return await runPass(
        { policy, status: this.#status, reconcileID: 'bench' },
        { reader: github.reader, writer: github.writer, record, publishers, timers: systemClock, log: silentLog },
        signal,
      );
    } finally {
      await github.close();
    }
  }

  #record(): PassRecord {
    return {
      ...NO_RECORD,
      keepIntent: async ({ status }) => {
        this.#status = status;
        return true;
      },
      keepStatus: async (status) => {
        this.#status = { ...status, observedGeneration: 1 };
      },
      known: {
        load: async () => (this.#known === undefined ? undefined : JSON.parse(this.#known)),
        save: async (known) => {
          this.#known = JSON.stringify(known);
        },
      },
    };
  }
}

function keeperIn(state: string): JournalKeeper {
  return openJournal({
    ...{ flags: { ...JOURNAL_DEFAULTS, journal: join(state, 'journal') }, cwd: '/', state },
    ...{ program: 'plus1-controller', clock: systemClock, log: silentLog },
  });
}

/** `folder`: of the journal. */
export async function passCosts(repositories: number, folder: string): Promise<{ idle: Costs; writing: Costs }> {
  const simulator = await Simulator.start(repositories, { isImmediate: true });
  try {
    const bare = new Passes(simulator.apiURL);
    const kept = new Passes(simulator.apiURL, folder);
    // The first pass reads every file, and writes every repository into the journal: once in the life of a policy.
    await bare.pass(true);
    await kept.pass(false);
    const idle = await byTurns(bare, kept, { isWriting: false, before: () => Promise.resolve() });
    const writing = await byTurns(bare, kept, { isWriting: true, before: () => takeOneOut(simulator.apiURL) });
    return { idle, writing };
  } finally {
    await simulator.stop();
  }
}

interface Turn {
  isWriting: boolean;
  before: () => Promise<void>;
}

async function byTurns(bare: Passes, kept: Passes, { isWriting, before }: Turn): Promise<Costs> {
  const costs: { without: number[]; with: number[] } = { without: [], with: [] };
  // One more, whose figures are those of code that was not compiled yet.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [which, passes] of [['without', bare] as const, ['with', kept] as const]) {
      await before();
      const seconds = await passes.pass(isWriting);
      if (round > 0) costs[which].push(seconds);
    }
  }
  return { without: Math.min(...costs.without), with: Math.min(...costs.with) };
}

/** As an administrator does by hand. */
async function takeOneOut(apiURL: string): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`${apiURL}/orgs/${LOGIN}/rulesets${path}`, { headers, ...init });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const listed = (await ask('')) as { id: number; name: string }[];
  const id = listed.find(({ name }) => name === RULESET)?.id ?? 0;
  const { conditions } = (await ask(`/${id}`)) as {
    conditions: { repository_id: { repository_ids: number[] } };
  };
  const [, ...rest] = conditions.repository_id.repository_ids;
  const body = JSON.stringify({
    conditions: { ...conditions, repository_id: { ...conditions.repository_id, repository_ids: rest } },
  });
  await ask(`/${id}`, { method: 'PUT', body });
}
