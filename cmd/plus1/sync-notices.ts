/** Notifications of one run of `sync`: decided with the pass, and sent for ten seconds after it. */
import { randomUUID } from 'node:crypto';
import type { PolicyStatus } from '../../pkg/api/index.js';
import { silentLog, type Log } from '../../pkg/base/index.js';
import type { Plus1Error } from '../../pkg/errors/index.js';
import type { Notifier } from '../../pkg/notify/index.js';
import {
  incompleteMs,
  noticePolicy,
  noticePublisher,
  withNotices,
  type PassJournal,
  type PassRecord,
  type Publisher,
} from '../../pkg/reconciler/index.js';
import { accessSources } from './access-sources.js';
import type { Environment } from './environment.js';
import { clockOf, type CommandIO } from './io.js';
import { Expiries, notifierOf, notifyFolder } from './notify-parts.js';
import { stateFolder } from './state-folder.js';
import type { SyncOptions } from './sync-options.js';
import type { Target } from './target.js';
import { withoutPass, type PasslessRun } from './without-pass.js';

/** How long a run goes on sending. What is not delivered by then is tried by the next one. */
const SEND_MS = 10_000;

export interface SyncNoticesSetup {
  options: SyncOptions;
  environment: Environment;
  target: Target;
  log: Log;
  beforeWrite: (() => void) | undefined;
  journal: PassJournal | undefined;
}

export class SyncNotices {
  readonly #setup: SyncNoticesSetup;
  readonly #io: CommandIO;
  readonly #notifier: Notifier;
  readonly expiries = new Expiries();

  constructor(setup: SyncNoticesSetup, io: CommandIO) {
    [this.#setup, this.#io] = [setup, io];
    const { options, environment, log, beforeWrite } = setup;
    this.#notifier = notifierOf({
      ...{ options, environment, secrets: accessSources(options, environment).secrets },
      ...{ clock: clockOf(io), log, random: io.random, beforeSend: beforeWrite },
      store: notifyFolder(stateFolder(options.state, environment), log, beforeWrite),
      count: () => undefined,
      refresh: () => undefined,
    });
  }

  /** Where nothing looks again soon, the first failure is told. */
  publisher(): Publisher {
    const { options, target, journal } = this.#setup;
    const { clock } = this.#io;
    const security = journal && ((): readonly string[] => journal.security);
    return noticePublisher({
      port: { notifier: this.#notifier, expiryMs: this.expiries.of, webURL: options.webUrl, isLast: true },
      policy: noticePolicy(target.policy, options.webUrl),
      ...{ incompleteMs: incompleteMs(target.policy.spec.schedule, clock()), isSparse: true, clock, security },
    });
  }

  /** Sends, and keeps in the status what was delivered. Never throws. */
  async send(status: PolicyStatus, record: Pick<PassRecord, 'keepStatus'>): Promise<PolicyStatus> {
    const { key } = this.#setup.target;
    const { clock, signal, stderr } = this.#io;
    const until = AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]);
    await this.#notifier.flush(SEND_MS, until);
    const notices = this.#notifier.notices(key);
    if (notices === undefined) return status;
    const now = withNotices(status, notices, { nowMs: clock(), previous: status });
    if (notices.failing !== undefined) stderr.write(`Notifications are not delivered: ${notices.failing}\n`);
    if (JSON.stringify(now) === JSON.stringify(status)) return status;
    try {
      await record.keepStatus(now, until.aborted ? new AbortController().signal : until);
    } catch (thrown) {
      stderr.write(
        `What was delivered is not in the status: ${thrown instanceof Error ? thrown.message : 'unknown fault'}\n`,
      );
    }
    return now;
  }
}

/** Tells why a run came to no pass. Nothing where this run keeps nothing, or nobody is to be told. */
export function tellWithoutPass({ error, ...of }: PasslessRun & { error: Plus1Error }, io: CommandIO): Promise<void> {
  return withoutPass(of, io, async ({ record, status }, beforeWrite) => {
    const notices = new SyncNotices({ ...of, log: silentLog, beforeWrite, journal: undefined }, io);
    const { key, policy } = of.target;
    const told = await notices.publisher().amend?.(
      {
        ...{ kind: 'idle', cause: { kind: 'stopped', error }, key, organization: policy.spec.organization },
        ...{ reconcileID: randomUUID(), previous: status, status },
      },
      io.signal,
    );
    if (told !== undefined) await record.keepStatus(await notices.send(told, record), io.signal);
  });
}
