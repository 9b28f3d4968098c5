/**
 * Webhooks of organizations and of Apps: each thing that happens is a signed delivery to each hook that hears of it, over HTTP. As on
 * GitHub, nothing is sent twice by itself, and nothing waits for an answer. Hazard: await `idle()` before looking at what came of it.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { Contract } from '../contract.js';
import type { Activity } from '../world/activity.js';
import type { App } from '../world/apps.js';
import type { Organization } from '../world/organization.js';
import type { World } from '../world/world.js';
import { payloadOf, pingPayload, type Told } from './payloads.js';

/** GitHub's own bound is ten seconds. */
const TIMEOUT_MS = 10_000;

export interface HookSpec {
  url: string;
  secret: string;
  /** The organization whose owners made it; or an App, which hears of every organization where it is installed. */
  of: Organization | App;
  /** Default: all that there are. */
  events?: readonly string[];
}

export interface Hook extends HookSpec {
  id: number;
}

/** What is sent. */
export interface DeliveryRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** One delivery, as GitHub's log of them has it. */
export interface Delivery {
  hook: Hook;
  guid: string;
  event: string;
  action?: string;
  isRedelivery: boolean;
  request: DeliveryRequest;
  /** Absent while it is under way; 0 where nobody answered. */
  status?: number;
}

/** Sends one, and resolves with the status of the answer. */
export type Send = (request: DeliveryRequest) => Promise<number>;

export class Webhooks {
  readonly deliveries: Delivery[] = [];
  /** Deliveries that never leave GitHub, as in an outage of it. */
  loses: (delivery: Delivery) => boolean = () => false;
  send: Send = sendByHTTP;
  readonly #world: World;
  readonly #contract: Contract;
  readonly #api: () => string;
  readonly #hooks: Hook[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(world: World, contract: Contract, api: () => string) {
    this.#world = world;
    this.#contract = contract;
    this.#api = api;
    world.onActivity((organization, activity) => this.#happened(organization, activity));
  }

  /** Makes a hook, which is sent a ping, as GitHub does. */
  add(spec: HookSpec): Hook {
    const hook = { ...spec, id: 900_001 + this.#hooks.length };
    this.#hooks.push(hook);
    const { of } = spec;
    const isApp = 'installations' in of;
    const ping = pingPayload({ ...hook, app: isApp ? of : undefined }, isApp ? undefined : this.#told(of));
    this.emit(hook, 'ping', ping);
    return hook;
  }

  remove(hook: Hook): void {
    this.#hooks.splice(this.#hooks.indexOf(hook), 1);
  }

  /** A delivery of any payload, which is held against no schema where GitHub has none for it. */
  emit(hook: Hook, event: string, payload: Record<string, unknown>): Delivery {
    const { action } = payload;
    const word = typeof action === 'string' ? action : undefined;
    this.#contract.checkDelivery(event, word, payload);
    const delivery = delivered(hook, { event, guid: randomUUID(), body: JSON.stringify(payload) });
    return this.#put({ ...delivery, ...(word !== undefined && { action: word }) });
  }

  /** Sent again by hand, under the same id. */
  redeliver({ hook, event, guid, request, action }: Delivery): Delivery {
    const again = delivered(hook, { event, guid, body: request.body });
    return this.#put({ ...again, ...(action !== undefined && { action }), isRedelivery: true });
  }

  /** The last one so many times more, each under an id of its own: as many people push at once. */
  burst(times: number): Delivery[] {
    const last = this.deliveries.at(-1);
    if (last === undefined) throw new Error('nothing was delivered yet');
    const { hook, event, request } = last;
    return Array.from({ length: times }, () =>
      this.#put(delivered(hook, { event, guid: randomUUID(), body: request.body })),
    );
  }

  /** A stranger sends what GitHub would, without the secret. */
  forge(hook: Hook, event = 'push', payload: object = {}): Promise<number> {
    const body = JSON.stringify(payload);
    return this.send(delivered({ ...hook, secret: 'a guess' }, { event, guid: randomUUID(), body }).request);
  }

  /** Nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #happened(organization: Organization, activity: Activity): void {
    const told = this.#told(organization);
    const hooks = this.#hooks.filter((hook) => hears(hook, organization, activity));
    if (hooks.length === 0) return;
    const payload = payloadOf(activity, told);
    for (const hook of hooks) this.emit(hook, activity.event, payload);
  }

  #told(organization: Organization): Told {
    return { api: this.#api(), world: this.#world, organization };
  }

  #put(delivery: Delivery): Delivery {
    this.deliveries.push(delivery);
    if (this.loses(delivery)) return Object.assign(delivery, { status: 0 });
    const sending = this.send(delivery.request)
      .catch(() => 0)
      .then((status) => {
        delivery.status = status;
        this.#underWay.delete(sending);
      });
    this.#underWay.add(sending);
    return delivery;
  }
}

/** An App does not hear of a repository that is deleted: https://docs.github.com/en/webhooks/webhook-events-and-payloads#repository */
function hears({ of, events }: Hook, organization: Organization, activity: Activity): boolean {
  if (events !== undefined && !events.includes(activity.event)) return false;
  if (!('installations' in of)) return of === organization;
  const isDeletion = activity.event === 'repository' && activity.action === 'deleted';
  return !isDeletion && of.installations.some((installation) => installation.organization === organization);
}

function delivered(hook: Hook, { event, guid, body }: { event: string; guid: string; body: string }): Delivery {
  const signed = (algorithm: string): string => createHmac(algorithm, hook.secret).update(body).digest('hex');
  const isApp = 'installations' in hook.of;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/5a2c3d1',
    accept: '*/*',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(hook.of.id),
    'x-github-hook-installation-target-type': isApp ? 'integration' : 'organization',
    'x-hub-signature': `sha1=${signed('sha1')}`,
    'x-hub-signature-256': `sha256=${signed('sha256')}`,
  };
  return { hook, guid, event, isRedelivery: false, request: { url: hook.url, headers, body } };
}

async function sendByHTTP({ url, headers, body }: DeliveryRequest): Promise<number> {
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  await answer.arrayBuffer();
  return answer.status;
}
