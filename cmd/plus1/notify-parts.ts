/** Puts together what delivers notifications: destinations, Secrets, and what is kept of them. */
import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { DeliveryResult } from '../../pkg/api/index.js';
import type { Log, Timers } from '../../pkg/base/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import {
  AllowedHosts,
  attempter,
  DestinationGuard,
  Notifier,
  NotifyFolder,
  poster,
  type Attempt,
  type LookUp,
  type NotifyStore,
} from '../../pkg/notify/index.js';
import type { PolicyKey, SecretReader } from '../../pkg/policies/index.js';
import type { Environment } from './environment.js';
import type { NotifyOptions } from './notify-options.js';

/** Every address of a host, as the system finds them. */
const systemLookUp: LookUp = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address);

export interface AttemptSetup {
  options: Partial<Pick<NotifyOptions, 'notifyAllowedHost'>>;
  environment: Pick<Environment, 'proxy'>;
  /** Absent where there are no Secrets. */
  secrets: SecretReader | undefined;
  clock: Timers;
}

/** One try to deliver one message. */
export function attemptOf({ options, environment, secrets, clock }: AttemptSetup): Attempt {
  const allowed = new AllowedHosts(options.notifyAllowedHost ?? []);
  const guard = new DestinationGuard({ allowed, lookUp: systemLookUp });
  const { https, no } = environment.proxy;
  const proxy = { ...(https !== undefined && { https }), ...(no !== undefined && { no }) };
  return attempter({ readSecret: reading(secrets), guard, post: poster({ guard, proxy, clock }), clock });
}

function reading(secrets: SecretReader | undefined): SecretReader['read'] {
  if (secrets !== undefined) return (...asked) => secrets.read(...asked);
  return async (_namespace, name) => {
    throw new Plus1Error('PLUS1_SECRET_NOT_FOUND', `there is no folder of credentials for the Secret ${name}`, {
      fix: 'give --credentials DIR',
    });
  };
}

export interface NotifierSetup extends AttemptSetup {
  store: NotifyStore;
  log: Log;
  random: () => number;
  count: (key: PolicyKey, organization: string, outcome: { channel: string; result: DeliveryResult }) => void;
  refresh: (key: PolicyKey) => void;
  beforeSend?: (() => void) | undefined;
}

/** Sends nothing before it runs. */
export function notifierOf(setup: NotifierSetup): Notifier {
  return new Notifier({ ...setup, attempt: attemptOf(setup), readSecret: reading(setup.secrets), newID: randomUUID });
}

/** What is kept of notifications in a state folder. */
export function notifyFolder(state: string, log: Pick<Log, 'warn'>, beforeWrite?: () => void): NotifyStore {
  const onFault = (path: string, fault: string): void => log.warn('Kept notifications not used', { path, fault });
  return new NotifyFolder({ state, beforeWrite, onFault });
}

/** When credentials end, as GitHub told it last. */
export class Expiries {
  readonly #ends = new Map<string, number | null>();

  /** `undefined`: GitHub said that there is no end. */
  set(credential: string, endsMs: number | undefined): void {
    this.#ends.set(credential, endsMs ?? null);
  }

  readonly of = (credential: string): number | null | undefined => this.#ends.get(credential);
}
