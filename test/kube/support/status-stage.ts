/** The status of widgets over a server that speaks as an API server, with a clock that stands still. */
import type { ServerResponse } from 'node:http';
import { silentLog } from '../../../pkg/base/index.js';
import { ObjectStore, Reflector, StatusWriter } from '../../../pkg/kube/index.js';
import { keyText, type KubeObject } from '../../../pkg/kube/kube-object.js';
import { VirtualClock } from '../../fakes/clock.js';
import { FakeAPI, type Asked, type Reply } from './fake-api.js';
import { WIDGET_STATUS, widget, WIDGETS } from './objects.js';
import { until } from './until.js';

export const KEY = { namespace: 'team-a', name: 'acme' };

/** A copy of widgets over a server that lists `items`, and answers each PATCH as the test says. */
export class StatusStage {
  readonly clock = new VirtualClock();
  readonly stop = new AbortController();
  readonly keys: string[] = [];
  readonly store = new ObjectStore<KubeObject>({
    read: (object) => object,
    isNews: (before, now) => before.metadata.generation !== now.metadata.generation,
    onKey: (key) => this.keys.push(keyText(key)),
  });
  readonly #watches: ServerResponse[] = [];
  api!: FakeAPI;
  statuses!: StatusWriter;
  answer: (patch: Asked, count: number) => Reply | undefined = ({ body }) => this.applied(body, '20');
  #ended: Promise<void> = Promise.resolve();

  static async run(items: KubeObject[]): Promise<StatusStage> {
    const stage = new StatusStage();
    stage.api = await FakeAPI.start((asked, response) => {
      if (asked.method === 'PATCH') return stage.answer(asked, stage.patches.length);
      if (asked.query.get('watch') !== 'true') return { body: { metadata: { resourceVersion: '10' }, items } };
      response.writeHead(200).flushHeaders();
      stage.#watches.push(response);
      return undefined;
    });
    const { store, clock } = stage;
    const common = { connection: stage.api.connection(), resource: WIDGETS, clock, random: () => 0, log: silentLog };
    stage.statuses = new StatusWriter({ ...common, store, settings: WIDGET_STATUS });
    const reflector = new Reflector({
      ...{ ...common, namespace: undefined },
      ...{ put: (object) => store.put(object), drop: (object) => store.drop(object) },
    });
    stage.#ended = reflector.run(stage.stop.signal);
    await until(() => reflector.synced && stage.#watches.length > 0, 'the first look');
    return stage;
  }

  get patches(): Asked[] {
    return this.api.asked.filter(({ method }) => method === 'PATCH');
  }

  /** The object as it is after such a patch. */
  applied({ status }: Record<string, unknown>, version: string): Reply {
    return { body: widget({ version, status: status as object }) };
  }

  tell(type: string, object: KubeObject): void {
    this.#watches[0]?.write(`${JSON.stringify({ type, object })}\n`);
  }

  /** Somebody decides on this. */
  async status(): Promise<object | undefined> {
    return this.statuses.read(KEY)?.status;
  }

  /** What was decided. */
  write(status: object, signal = new AbortController().signal): Promise<boolean> {
    return this.statuses.write(KEY, status, signal);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.#ended;
    await this.api.close();
  }
}

/** The code of what is thrown, or its message. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: { code?: string; message?: string }) => error.code ?? error.message ?? 'no error',
  );
}
