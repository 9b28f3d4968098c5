/**
 * The secrets by which deliveries of webhooks are signed: of every policy that names one. Each Secret is read at most once a minute, and
 * only while deliveries come. Hazard: what is held here must reach no log and no error.
 */
import { boundSignal, type Log, type Timers } from '../../base/index.js';
import { toPlus1Error } from '../../errors/index.js';
import type { PolicyHome, Secret, SecretReader } from '../../policies/index.js';

const FRESH_MS = 60_000;
/** GitHub waits ten seconds for an answer. */
const READ_MS = 5_000;
/** Secrets that are read at the same time. */
const CONCURRENT = 8;
/** The one in use, and the one before it while GitHub still signs by that. */
const KEYS = ['webhookSecret', 'webhookSecretPrevious'] as const;

const UNUSABLE = 'Webhook Secret not usable';

/** What deliveries may be signed by. */
export interface KnownSecrets {
  values: string[];
  /** A Secret could not be read, for a reason that may pass by itself: what it holds is not known. */
  isPartial: boolean;
}

interface Named {
  namespace: string;
  name: string;
  organizations: string[];
}

interface Read {
  values: string[];
  isUnknown: boolean;
}

export interface WebhookSecretsOptions {
  home: Pick<PolicyHome, 'list'>;
  /** Absent where there are no Secrets: in a folder without `--credentials`. */
  reader?: SecretReader | undefined;
  clock: Timers;
  log: Log;
}

export class WebhookSecrets {
  readonly #options: WebhookSecretsOptions;
  /** By id, with the time at which the read began, by the monotonic clock. */
  readonly #reads = new Map<string, { atMs: number; read: Promise<Read> }>();

  constructor(options: WebhookSecretsOptions) {
    this.#options = options;
  }

  /** Never throws. */
  async known(): Promise<KnownSecrets> {
    const named = this.#named();
    for (const id of this.#reads.keys()) if (!named.has(id)) this.#reads.delete(id);
    const left = [...named];
    const reads: Read[] = [];
    const work = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) reads.push(await this.#fresh(...next));
    };
    await Promise.all(Array.from({ length: CONCURRENT }, work));
    return {
      values: [...new Set(reads.flatMap(({ values }) => values))],
      isPartial: reads.some(({ isUnknown }) => isUnknown),
    };
  }

  /** By namespace and name, since several policies may name one Secret. */
  #named(): Map<string, Named> {
    const named = new Map<string, Named>();
    for (const { key, policy } of this.#options.home.list()) {
      const name = policy?.spec.github.webhook?.secretRef.name;
      if (policy === undefined || name === undefined) continue;
      const { organization } = policy.spec;
      const known = named.get(`${key.namespace}/${name}`);
      if (known === undefined)
        named.set(`${key.namespace}/${name}`, { namespace: key.namespace, name, organizations: [organization] });
      else known.organizations.push(organization);
    }
    return named;
  }

  /** Many deliveries at once wait for one read. */
  #fresh(id: string, named: Named): Promise<Read> {
    const atMs = this.#options.clock.monotonic();
    const known = this.#reads.get(id);
    if (known !== undefined && atMs - known.atMs < FRESH_MS) return known.read;
    const read = this.#read(id, named);
    this.#reads.set(id, { atMs, read });
    return read;
  }

  async #read(id: string, { namespace, name, organizations }: Named): Promise<Read> {
    const { reader, clock, log } = this.#options;
    const bound = boundSignal(clock, READ_MS);
    try {
      const secret = await reader?.read(namespace, name, bound.signal, organizations);
      const values = secret === undefined ? [] : valuesOf(secret);
      if (values.length === 0)
        log.warn(UNUSABLE, { secret: id, fix: `give the Secret the key ${KEYS[0]}, which must not be empty` });
      return { values, isUnknown: false };
    } catch (thrown) {
      const { code, class: kind, message, fix } = toPlus1Error(thrown);
      log.warn(UNUSABLE, { secret: id, code, error: message, fix });
      return { values: [], isUnknown: kind === 'transient' };
    } finally {
      bound.release();
    }
  }
}

/** One trailing newline is cut, as editors and `echo` leave it. An empty one would let anybody sign. */
function valuesOf(secret: Secret): string[] {
  return KEYS.map((key) => (secret[key] ?? '').replace(/\r?\n$/, '')).filter((value) => value !== '');
}
