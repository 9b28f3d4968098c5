/**
 * Secrets, read when they are used and kept nowhere: a rotated one holds from the next pass on, and the controller needs
 * no right to list or watch any. Hazard: what is read here must reach no log and no error.
 */
import { Plus1Error } from '../../errors/index.js';
import { clusterError, hasStatus, persist, type Connection, type PersistOptions } from '../../kube/index.js';
import type { Secret, SecretReader } from '../secret.js';

/** The annotation by which a Secret's owner says which organizations it is for, separated by commas. */
const ORGANIZATIONS = 'plus1.dev/organizations';

export interface ClusterSecretsOptions extends PersistOptions {
  connection: Pick<Connection, 'call'>;
}

interface SecretObject {
  metadata?: { annotations?: Record<string, string> };
  data?: Record<string, string>;
}

export class ClusterSecrets implements SecretReader {
  readonly #options: ClusterSecretsOptions;

  constructor(options: ClusterSecretsOptions) {
    this.#options = options;
  }

  async read(
    namespace: string,
    name: string,
    signal: AbortSignal,
    organizations: string | readonly string[],
  ): Promise<Secret> {
    const { metadata, data } = await this.#get(namespace, name, signal);
    const allowed = metadata?.annotations?.[ORGANIZATIONS];
    const wanted = [organizations].flat();
    if (allowed !== undefined && !wanted.some((each) => names(allowed).includes(each.toLowerCase()))) {
      const whose =
        wanted.length === 1 ? `the organization ${wanted[0]}` : 'any organization of the policies that name it';
      throw new Plus1Error(
        'PLUS1_SECRET_NOT_ALLOWED',
        `the Secret ${namespace}/${name} is not for ${whose}: its annotation ${ORGANIZATIONS} names others`,
      );
    }
    return Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
    );
  }

  async #get(namespace: string, name: string, signal: AbortSignal): Promise<SecretObject> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
    const { connection } = this.#options;
    try {
      return (await persist(
        () => connection.call({ method: 'GET', path }, signal),
        this.#options,
        signal,
      )) as SecretObject;
    } catch (thrown) {
      signal.throwIfAborted();
      // A Role that names Secrets refuses every other one, also one that does not exist: the two are told apart by the server.
      if (hasStatus(thrown, 403)) {
        throw new Plus1Error(
          'PLUS1_SECRET_NOT_ALLOWED',
          `the controller may not read the Secret ${namespace}/${name}`,
          { fix: 'name another Secret, or let a Role give the controller the verb get on this one' },
        );
      }
      if (hasStatus(thrown, 404))
        throw new Plus1Error('PLUS1_SECRET_NOT_FOUND', `there is no Secret ${namespace}/${name}`);
      throw clusterError(thrown, `read the Secret ${namespace}/${name}`);
    }
  }
}

const names = (list: string): string[] => list.split(',').map((name) => name.trim().toLowerCase());
