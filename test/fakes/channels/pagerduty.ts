/** PagerDuty's Events API v2 with its alerts. https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ */
import { ChannelServer, must, taking, type Answer } from './channel-server.js';

interface Event {
  routing_key: string;
  event_action?: string;
  dedup_key?: string;
  payload?: { summary: string; source: string; severity?: string; timestamp?: string };
}

export class PagerDutyFake {
  readonly key: string;
  /** Open alerts, by their key, and how often each was triggered. */
  readonly open = new Map<string, number>();
  readonly resolved: string[] = [];
  readonly changes: string[] = [];
  readonly server: ChannelServer;

  constructor(key = 'R0UTINGKEYOFTHIRTYTWOCHARACTERSX') {
    this.key = key;
    this.server = new ChannelServer(
      taking(
        ({ path, body }) => this.#take(path, body),
        (text) => ({ status: 400, text: JSON.stringify({ status: 'invalid event', message: text, errors: [text] }) }),
      ),
    );
  }

  #take(path: string, body: string): Answer {
    must(Buffer.byteLength(body) <= 524_288, 'Event size is over 512 KB');
    const event = JSON.parse(body) as Event;
    must(event.routing_key === this.key, 'Invalid routing key');
    if (path === '/v2/change/enqueue') {
      requirePayload(event);
      this.changes.push(event.payload?.summary ?? '');
      return ok();
    }
    must(path === '/v2/enqueue', 'no such path');
    must((event.dedup_key ?? '').length <= 255, 'dedup_key is too long');
    const key = event.dedup_key ?? '';
    if (event.event_action === 'resolve') {
      // One that is not open is dropped, without a word.
      if (this.open.delete(key)) this.resolved.push(key);
      return ok();
    }
    must(event.event_action === 'trigger', 'event_action is wrong');
    requirePayload(event);
    must(['critical', 'error', 'warning', 'info'].includes(event.payload?.severity ?? ''), 'severity is wrong');
    this.open.set(key, (this.open.get(key) ?? 0) + 1);
    return ok();
  }
}

const ok = (): Answer => ({ status: 202, text: '{"status":"success","message":"Event processed"}' });

function requirePayload({ payload }: Event): void {
  must(payload !== undefined, 'payload is missing or blank');
  must(payload.summary.length > 0 && payload.summary.length <= 1_024, "'payload.summary' is too long or blank");
  must(payload.source !== '', "'payload.source' is missing or blank");
}
