/** A home of policies over a server that speaks as an API server, with a clock that stands still. */
import type { ServerResponse } from 'node:http';
import type { PolicyStatus } from '../../../../pkg/api/index.js';
import { silentLog } from '../../../../pkg/base/index.js';
import { ClusterHome } from '../../../../pkg/policies/cluster/index.js';
import type { KubeObject } from '../../../../pkg/kube/kube-object.js';
import { deletedFields, keyString, type PolicyEvent } from '../../../../pkg/policies/index.js';
import { VirtualClock } from '../../../fakes/clock.js';
import { FakeAPI, type Asked, type Reply } from '../../../kube/support/fake-api.js';
import { policy } from './objects.js';
import { until } from '../../../kube/support/until.js';

export const KEY = { namespace: 'team-a', name: 'acme' };

/** A home over a server that lists `items`, and answers each PATCH as the test says. */
export class HomeStage {
  readonly clock = new VirtualClock();
  readonly keys: string[] = [];
  /** What was told of policies that went. */
  readonly deleted: Record<string, unknown>[] = [];
  readonly events: [object, PolicyEvent][] = [];
  readonly stop = new AbortController();
  readonly #watches: ServerResponse[] = [];
  api!: FakeAPI;
  home!: ClusterHome;
  answer: (patch: Asked, count: number) => Reply | undefined = ({ body }) => this.applied(body, '20');
  #ended: Promise<void> = Promise.resolve();

  static async run(items: KubeObject[], namespaces: string[] = []): Promise<HomeStage> {
    const stage = new HomeStage();
    stage.api = await FakeAPI.start((asked, response) => {
      if (asked.method === 'PATCH') return stage.answer(asked, stage.patches.length);
      if (asked.query.get('watch') !== 'true')
        return { body: { metadata: { resourceVersion: '10' }, items: items.filter(within(asked.path)) } };
      response.writeHead(200).flushHeaders();
      stage.#watches.push(response);
      return undefined;
    });
    stage.home = new ClusterHome({
      connection: stage.api.connection(),
      namespaces,
      events: { record: (regarding, event) => stage.events.push([regarding, event]) },
      clock: stage.clock,
      random: () => 0,
      log: silentLog,
      onDeleted: (held) => stage.deleted.push(deletedFields(held)),
    });
    stage.#ended = stage.home.watch((key) => stage.keys.push(keyString(key)), stage.stop.signal);
    await until(() => stage.home.synced && stage.#watches.length >= Math.max(1, namespaces.length), 'the first look');
    return stage;
  }

  get patches(): Asked[] {
    return this.api.asked.filter(({ method }) => method === 'PATCH');
  }

  /** The object as it is after such a patch. */
  applied({ status }: Record<string, unknown>, version: string): Reply {
    return { body: policy({ version, status: status as object }) };
  }

  tell(type: string, object: KubeObject): void {
    this.#watches[0]?.write(`${JSON.stringify({ type, object })}\n`);
  }

  async status(): Promise<PolicyStatus | undefined> {
    return (await this.home.read(KEY, this.stop.signal))?.status;
  }

  /** A pass reads, and writes this. */
  async write(status: PolicyStatus): Promise<void> {
    await this.home.writeStatus(KEY, status, new AbortController().signal);
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.#ended;
    await this.api.close();
  }
}

const within =
  (path: string) =>
  ({ metadata }: KubeObject): boolean =>
    !path.includes('/namespaces/') || path.includes(`/namespaces/${metadata.namespace}/`);
