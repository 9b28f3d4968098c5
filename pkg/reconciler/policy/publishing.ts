/** Whom a policy of the controller is published to, with and without a pass. */
import type { PolicyStatus } from '../../api/index.js';
import type { Log, Timers } from '../../base/index.js';
import type { Plus1Error } from '../../errors/index.js';
import type { Sent } from '../../github/index.js';
import type { PolicyHome, PolicyIdentity, PolicyRecord } from '../../policies/index.js';
import type { Metrics } from '../../telemetry/index.js';
import type { JournalKeeper } from '../journal/journal-keeper.js';
import { journaledStatus } from '../journal/journaled-record.js';
import type { PassJournal } from '../journal/pass-journal.js';
import { EndedClocks } from '../memory/ended-clocks.js';
import type { PassRecord } from '../pass-record.js';
import { approvalPublisher } from '../publishers/approvals.js';
import { inputPublisher } from '../publishers/inputs.js';
import { eventPublisher } from '../publishers/events.js';
import { journalPublisher } from '../publishers/journal.js';
import { logPublisher } from '../publishers/log.js';
import { metricsPublisher } from '../publishers/metrics.js';
import { noticePolicy, noticePublisher, type NoticePort } from '../notices/publisher.js';
import { publishAll } from '../publishers/publish-all.js';
import type { IdlePublication, Publisher } from '../publishers/publisher.js';
import { statusPublisher } from '../publishers/status.js';
import {
  agedStatus,
  echo,
  idleStatus,
  type IdleCause,
  type IdleReason,
  type UnchangedPass,
} from '../status/idle-status.js';
import { lookLog, organizationOf, type Look } from './look.js';
import { incompleteMs } from './schedule.js';

export interface PolicyPublishingOptions {
  home: Pick<PolicyHome, 'writeStatus' | 'record'>;
  metrics: Pick<Metrics, 'policy'>;
  /** Absent where no journal is kept. */
  journal?: Pick<JournalKeeper, 'pass'>;
  /** Absent where nobody is told of anything. */
  notices?: NoticePort;
  log: Log;
  clock: Timers;
}

const NOTHING_SENT = (): Sent => ({ requests: 0, secondaryLimits: 0, cost: { core: 0, graphql: 0 } });

export class PolicyPublishing {
  readonly #options: PolicyPublishingOptions;
  /** Exit clocks that a look ended whose status was not kept. */
  readonly ended = new EndedClocks();

  constructor(options: PolicyPublishingOptions) {
    this.#options = options;
  }

  /**
   * The journal, then the status, which says where it stands: what comes after them must not say what is not kept. `sent`: what the
   * pass sent to GitHub.
   */
  publishers(
    look: Look,
    journal = this.journal(look),
    { sent = NOTHING_SENT, approvals, inputs }: { sent?: () => Sent } & Pick<PassRecord, 'approvals' | 'inputs'> = {},
  ): Publisher[] {
    const { home, metrics, clock } = this.#options;
    const log = lookLog(this.#options.log, look);
    const keeper = this.keeper(look.record);
    return [
      ...(journal === undefined ? [] : [journalPublisher({ journal, sent })]),
      ...this.#notices(look, journal),
      statusPublisher({ record: journal === undefined ? keeper : journaledStatus(keeper, journal), log }),
      ...(approvals === undefined ? [] : [approvalPublisher({ approvals })]),
      ...(inputs === undefined ? [] : [inputPublisher({ inputs, metrics })]),
      eventPublisher(home),
      metricsPublisher({ metrics, clock: () => clock.now() }),
      logPublisher(log),
    ];
  }

  /** After the journal, whose faults and security events are told, and before the status, which says what is open. */
  #notices({ record }: Look, journal: PassJournal | undefined): Publisher[] {
    const { notices: port, clock } = this.#options;
    if (port === undefined) return [];
    const policy = record.policy && noticePolicy(record.policy, port.webURL);
    const schedule = record.policy?.spec.schedule;
    const waits = { incompleteMs: incompleteMs(schedule ?? {}, clock.now()), isSparse: schedule?.cron !== undefined };
    const security = journal && ((): readonly string[] => journal.security);
    return [noticePublisher({ port, policy, ...waits, clock: () => clock.now(), security })];
  }

  /** The journal of one look at a policy; undefined where there is none, or nothing can be read of the policy. */
  journal({ record, reconcileID }: Look): PassJournal | undefined {
    const { key, uid, recordUID = uid, policy, generation, manager, status } = record;
    if (policy === undefined) return undefined;
    const { spec } = policy;
    return this.#options.journal?.pass({ key, uid: recordUID, spec, generation, manager, status, reconcileID });
  }

  /** Keeps statuses of that policy. Where the policy went, nobody is left to whom its status matters. */
  keeper(record: PolicyIdentity & Pick<PolicyRecord, 'status'>): Pick<PassRecord, 'keepStatus'> {
    const { key, status: before } = record;
    return {
      keepStatus: async (status, signal) => {
        // Before it is kept, since nobody may be left to hear of a write that fails too late.
        this.ended.add(key, before, status);
        await this.#options.home.writeStatus(record, status, signal);
        this.ended.kept(key, status);
      },
    };
  }

  /** The status of a policy that gets no pass now, published. Throws where it cannot be kept. */
  async idle(look: Look, cause: IdleReason): Promise<PolicyStatus> {
    const { record } = look;
    const idle = idleStatus(record.status, record.generation, cause, this.#options.clock.now());
    const status = cause.kind === 'beginning' ? idle : { ...idle, ...echo(record.reconcileAt) };
    await this.#publish(look, status, cause);
    return status;
  }

  /** A policy that waits for its next pass: its status stays, but for a good sight that is too old by now, and a pass that comes later. */
  async waiting(look: Look, nextPassMs?: number): Promise<PolicyStatus> {
    const aged = agedStatus(look.record.status, this.#options.clock.now());
    const status = { ...aged, ...(nextPassMs !== undefined && { nextPassTime: new Date(nextPassMs).toISOString() }) };
    await this.#publish(look, status, { kind: 'waiting' });
    return status;
  }

  /** A policy of which a quick pass found nothing changed. */
  async unchanged(look: Look, pass: UnchangedPass): Promise<PolicyStatus> {
    const status = agedStatus(look.record.status, this.#options.clock.now());
    await this.#publish(look, status, { kind: 'unchanged', ...pass });
    return status;
  }

  /** A policy whose status cannot be read. Nothing is kept of it, so that nothing is overwritten. */
  async unreadable(look: Look, error: Plus1Error): Promise<void> {
    const now = this.#options.clock.now();
    const status = idleStatus({}, look.record.generation, { kind: 'stopped', error }, now);
    await this.#publish(look, status, { kind: 'unreadable', error });
  }

  async #publish(look: Look, status: PolicyStatus, cause: IdleCause): Promise<void> {
    const { record, reconcileID } = look;
    const publication: IdlePublication = {
      ...{ kind: 'idle', cause, key: record.key, organization: organizationOf(record), reconcileID },
      ...{ previous: record.status, status },
    };
    const { fault } = await publishAll(this.publishers(look), publication, {
      timers: this.#options.clock,
      log: lookLog(this.#options.log, look),
      afterFault: (same) => same,
    });
    if (fault !== undefined) throw fault;
  }
}
