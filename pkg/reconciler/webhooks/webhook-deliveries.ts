/**
 * What becomes of a delivery whose signature is right: a hint for each policy of its organization, and nothing else. Hazard: deliveries
 * are remembered by an id that nobody signs, so that a replay under another id is a hint as well; hints are merged.
 */
import type { Clock } from '../../base/index.js';
import { deliveryOrganizations, WEBHOOK_EVENTS } from '../../github/index.js';
import type { PolicyHome, PolicyKey } from '../../policies/index.js';

/** As long as GitHub offers to send a delivery again, and a day is what people do by hand. */
const REMEMBERED_MS = 24 * 3_600_000;
const MOST_REMEMBERED = 10_000;
/** GitHub's ids are GUIDs. */
const MAX_ID_CHARACTERS = 100;
const OTHER = 'other';

/** What a delivery is counted as. */
export const DELIVERY_RESULTS = [
  /** It was a hint. */
  'accepted',
  /** It came before, within 24 h. */
  'duplicate',
  /** It cannot matter: another event, another branch, an organization without a policy. */
  'ignored',
  /** No signature fits. */
  'rejected',
  /** No signature fits, and there were too many such from that source. */
  'limited',
  /** Too large, or no JSON. */
  'refused',
  /** This process does not lead, or cannot judge it now. */
  'unavailable',
] as const;
export type DeliveryResult = (typeof DELIVERY_RESULTS)[number];

/** The name of an event as a label, which strangers must not choose. */
export const eventLabel = (event: string | undefined): string =>
  (WEBHOOK_EVENTS as readonly (string | undefined)[]).includes(event) ? (event ?? OTHER) : OTHER;

export const EVENT_LABELS: readonly string[] = [...WEBHOOK_EVENTS, OTHER];

export interface Delivery {
  /** `X-GitHub-Event`. */
  event: string | undefined;
  /** `X-GitHub-Delivery`: the same where GitHub sends it again. */
  id: string | undefined;
  body: Uint8Array;
}

export interface WebhookDeliveriesOptions {
  home: Pick<PolicyHome, 'list'>;
  hint: (key: PolicyKey) => void;
  clock: Clock;
}

export class WebhookDeliveries {
  readonly #options: WebhookDeliveriesOptions;
  /** When each id came, by the monotonic clock, the oldest first. */
  readonly #seen = new Map<string, number>();

  constructor(options: WebhookDeliveriesOptions) {
    this.#options = options;
  }

  /** Never throws. */
  take({ event = '', id, body }: Delivery): DeliveryResult {
    if (id !== undefined && this.#isDuplicate(id.slice(0, MAX_ID_CHARACTERS))) return 'duplicate';
    const logins = deliveryOrganizations(event, body).map((login) => login.toLowerCase());
    const keys = logins.length === 0 ? [] : this.#keysOf(logins);
    keys.forEach(this.#options.hint);
    return keys.length === 0 ? 'ignored' : 'accepted';
  }

  #keysOf(logins: readonly string[]): PolicyKey[] {
    return this.#options.home
      .list()
      .filter(({ policy }) => policy !== undefined && logins.includes(policy.spec.organization.toLowerCase()))
      .map(({ key }) => key);
  }

  #isDuplicate(id: string): boolean {
    const nowMs = this.#options.clock.monotonic();
    for (const [old, atMs] of this.#seen) {
      if (nowMs - atMs < REMEMBERED_MS && this.#seen.size < MOST_REMEMBERED) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(id)) return true;
    this.#seen.set(id, nowMs);
    return false;
  }
}
