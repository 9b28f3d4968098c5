/** A home of policies over a server that speaks as an API server, with a clock that stands still. */
import type { ServerResponse } from 'node:http';
import { INPUT_KINDS, type PolicyStatus } from '../../../../pkg/api/index.js';
import { silentLog } from '../../../../pkg/base/index.js';
import { ClusterHome } from '../../../../pkg/policies/cluster/index.js';
import type { KubeObject } from '../../../../pkg/kube/kube-object.js';
import { deletedFields, keyString, type PolicyEvent } from '../../../../pkg/policies/index.js';
import { VirtualClock } from '../../../fakes/clock.js';
import { FakeAPI, refusal, type Asked, type Reply } from '../../../kube/support/fake-api.js';
import { policy } from './objects.js';
import { until } from '../../../kube/support/until.js';

export const KEY = { namespace: 'team-a', name: 'acme' };

interface StageObjects {
  approvals?: KubeObject[];
  rules?: KubeObject[];
  areApprovalsVerified?: boolean;
}

/** A home over a server that lists `items`, and answers each PATCH as the test says. */
export class HomeStage {
  readonly clock = new VirtualClock();
  readonly keys: string[] = [];
  /** What was told of policies that went. */
  readonly deleted: Record<string, unknown>[] = [];
  readonly events: [object, PolicyEvent][] = [];
  readonly stop = new AbortController();
  readonly #watches = new Map<string, ServerResponse[]>();
  /** The approvals that the server has. */
  approvals: KubeObject[] = [];
  /** The egress rules that it has. */
  rules: KubeObject[] = [];
  /** What it answers who asks for a single one. */
  refusal: Reply | undefined;
  api!: FakeAPI;
  home!: ClusterHome;
  answer: (patch: Asked, count: number) => Reply | undefined = ({ body }) => this.applied(body, '20');
  #ended: Promise<void> = Promise.resolve();

  static async run(
    items: KubeObject[],
    namespaces: string[] = [],
    { approvals = [], rules = [], areApprovalsVerified = false }: StageObjects = {},
  ): Promise<HomeStage> {
    const stage = new HomeStage();
    stage.approvals = approvals;
    stage.rules = rules;
    stage.api = await FakeAPI.start((asked, response) => {
      if (asked.method === 'PATCH') return stage.answer(asked, stage.patches.length);
      const [, plural = '', name] = /\/(plus1[a-z]+)(?:\/([^/]+))?$/.exec(asked.path) ?? [];
      if (name !== undefined) return stage.#approval(name);
      const all =
        { plus1policies: items, plus1approvals: stage.approvals, plus1egressrules: stage.rules }[plural] ?? [];
      if (asked.query.get('watch') !== 'true')
        return { body: { metadata: { resourceVersion: '10' }, items: all.filter(within(asked.path)) } };
      response.writeHead(200).flushHeaders();
      stage.#watches.set(plural, [...(stage.#watches.get(plural) ?? []), response]);
      return undefined;
    });
    stage.home = new ClusterHome({
      connection: stage.api.connection(),
      ...{ namespaces, areApprovalsVerified },
      events: { record: (regarding, event) => stage.events.push([regarding, event]) },
      clock: stage.clock,
      random: () => 0,
      log: silentLog,
      onDeleted: (held) => stage.deleted.push(deletedFields(held)),
    });
    stage.#ended = stage.home.watch((key) => stage.keys.push(keyString(key)), stage.stop.signal);
    const watches = (plural: string): boolean =>
      (stage.#watches.get(plural)?.length ?? 0) >= Math.max(1, namespaces.length);
    const isWatching = (): boolean =>
      ['plus1policies', 'plus1approvals', ...INPUT_KINDS.map(({ plural }) => plural)].every(watches);
    await until(() => stage.home.synced && isWatching(), 'the first look');
    return stage;
  }

  #approval(name: string): Reply {
    if (this.refusal !== undefined) return this.refusal;
    const found = this.approvals.find(({ metadata }) => metadata.name === name);
    return found === undefined ? refusal(404, 'NotFound') : { body: found };
  }

  get patches(): Asked[] {
    return this.api.asked.filter(({ method }) => method === 'PATCH');
  }

  /** The object as it is after such a patch. */
  applied({ status }: Record<string, unknown>, version: string): Reply {
    return { body: policy({ version, status: status as object }) };
  }

  tell(type: string, object: KubeObject): void {
    this.#write('plus1policies', type, object);
  }

  tellRule(type: string, object: KubeObject): void {
    this.#write('plus1egressrules', type, object);
  }

  tellApproval(type: string, object: KubeObject): void {
    this.#write('plus1approvals', type, object);
  }

  #write(plural: string, type: string, object: KubeObject): void {
    this.#watches.get(plural)?.[0]?.write(`${JSON.stringify({ type, object })}\n`);
  }

  async status(): Promise<PolicyStatus | undefined> {
    return (await this.home.read(KEY, this.stop.signal))?.status;
  }

  /** A pass reads, and writes this. */
  async write(status: PolicyStatus): Promise<void> {
    const { signal } = new AbortController();
    const read = await this.home.read(KEY, signal);
    if (read !== undefined) await this.home.writeStatus(read, status, signal);
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
