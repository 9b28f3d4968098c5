/**
 * A credential plug-in of a kubeconfig: a command that prints an ExecCredential, which is kept until it expires.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * Hazard: what it prints, on both outputs, is or may be a credential. Nothing of it is repeated.
 */
import { execFile, type ExecFileException } from 'node:child_process';
import { sep } from 'node:path';
import { isMapping } from '../base/index.js';
import { foreignLine, parseJSON, quote } from '../text/index.js';
import { type Entry } from './kubeconfig-entry.js';

/** What a plug-in gave. */
export interface ExecCredential {
  token?: string;
  cert?: string;
  key?: string;
}

export interface ExecPluginOptions {
  /** The plug-in inherits it. */
  env: Readonly<Record<string, string | undefined>>;
  /** Unix ms. Without it nothing that expires is kept. */
  now: (() => number) | undefined;
  /** What a plug-in with `provideClusterInfo` is told. */
  cluster: object;
  /** Ends a plug-in that runs. */
  life: AbortSignal;
}

const GROUP = 'client.authentication.k8s.io';
const VERSIONS = [`${GROUP}/v1`, `${GROUP}/v1beta1`];
/** A plug-in asks a server of its own, and may have to try twice. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 1024 * 1024;
const MAX_HINT = 300;

export class ExecPlugin {
  readonly #entry: Entry;
  readonly #options: ExecPluginOptions;
  readonly #apiVersion: string;
  readonly #command: string;
  readonly #args: string[];
  readonly #env: Record<string, string | undefined>;
  #kept: { credential: ExecCredential; until: number } | undefined;
  #running: Promise<ExecCredential> | undefined;

  /** `entry`: the field `exec` of a user. Throws PLUS1_CLUSTER_CONFIG. */
  constructor(entry: Entry, options: ExecPluginOptions) {
    this.#entry = entry;
    this.#options = options;
    this.#apiVersion = entry.text('apiVersion') ?? '';
    if (!VERSIONS.includes(this.#apiVersion))
      throw entry.fault('apiVersion', `found ${quote(this.#apiVersion)}, allowed: ${VERSIONS.join(', ')}`);
    const mode = entry.text('interactiveMode') ?? 'IfAvailable';
    if (mode === 'Always')
      throw entry.fault(
        'interactiveMode',
        'found "Always", and there is no terminal here; use another user of the cluster',
      );
    if (mode !== 'IfAvailable' && mode !== 'Never')
      throw entry.fault('interactiveMode', `found ${quote(mode)}, allowed: Never, IfAvailable`);
    const command = entry.text('command');
    if (command === undefined) throw entry.fault('command', 'it is missing');
    // A bare name is looked for in PATH; a path is relative to the kubeconfig.
    this.#command = command.includes(sep) ? entry.resolve(command) : command;
    this.#args = entry.texts('args');
    this.#env = { ...options.env, ...pairsOf(entry), KUBERNETES_EXEC_INFO: this.#info() };
  }

  /** Throws PLUS1_CLUSTER_CONFIG. Those who ask while the command runs share its answer. */
  credential(): Promise<ExecCredential> {
    const { now } = this.#options;
    if (this.#kept !== undefined && (this.#kept.until === Infinity || (now !== undefined && now() < this.#kept.until)))
      return Promise.resolve(this.#kept.credential);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  #info(): string {
    const cluster = this.#entry.flag('provideClusterInfo') ? { cluster: this.#options.cluster } : {};
    return JSON.stringify({
      kind: 'ExecCredential',
      apiVersion: this.#apiVersion,
      spec: { interactive: false, ...cluster },
    });
  }

  async #run(): Promise<ExecCredential> {
    const printed = await this.#output();
    const { credential, expires } = this.#read(printed);
    this.#kept = { credential, until: expires };
    return credential;
  }

  #output(): Promise<string> {
    const settings = { env: this.#env, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, signal: this.#options.life };
    return new Promise((resolve, reject) => {
      const ended = (error: ExecFileException | null, printed: string): void => {
        if (error === null) resolve(printed);
        else reject(this.#options.life.aborted ? (this.#options.life.reason as Error) : this.#failure(error));
      };
      try {
        const child = execFile(
          this.#command,
          this.#args,
          { ...settings, killSignal: 'SIGKILL', encoding: 'utf8' },
          ended,
        );
        child.stdin?.on('error', () => undefined);
        child.stdin?.end();
      } catch {
        // A NUL in an argument or a variable: the system takes none.
        reject(this.#entry.fault('command', 'it cannot be run with these args and env'));
      }
    });
  }

  #failure({ code, killed, signal }: ExecFileException): Error {
    const fault = (why: string): Error => this.#entry.fault('command', why);
    const name = quote(this.#command);
    const hint = this.#entry.text('installHint');
    const advice = hint === undefined ? '' : `. ${foreignLine(hint, MAX_HINT)}`;
    // Typed as a number, and the name of a system error where there was no start.
    const word: unknown = code;
    if (word === 'ENOENT') return fault(`${name} was not found${advice}`);
    if (word === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return fault(`${name} printed more than ${MAX_BYTES} bytes`);
    if (killed === true) return fault(`${name} did not end within ${TIMEOUT_MS / 1_000} s`);
    const how = typeof word === 'number' ? `ended with ${word}` : `did not run (${String(signal ?? word)})`;
    return fault(`${name} gave no credential: it ${how}; run it in a shell to see what it says`);
  }

  #read(printed: string): { credential: ExecCredential; expires: number } {
    const fault = (why: string): Error =>
      this.#entry.fault('command', `${quote(this.#command)} gave no credential: ${why}`);
    let answer: unknown;
    try {
      answer = parseJSON(printed);
    } catch {
      throw fault('it did not print JSON');
    }
    if (!isMapping(answer) || answer.kind !== 'ExecCredential') throw fault('it did not print an ExecCredential');
    if (answer.apiVersion !== this.#apiVersion)
      throw fault(`it printed another apiVersion than that of the kubeconfig, ${this.#apiVersion}`);
    return credentialOf(isMapping(answer.status) ? answer.status : {}, fault);
  }
}

function credentialOf(
  status: Readonly<Record<string, unknown>>,
  fault: (why: string) => Error,
): { credential: ExecCredential; expires: number } {
  const text = (field: string): string | undefined => {
    const value = status[field] ?? '';
    if (typeof value !== 'string') throw fault(`status.${field} is not a text`);
    return value === '' ? undefined : value;
  };
  const [token, cert, key] = [text('token'), text('clientCertificateData'), text('clientKeyData')];
  if ((cert === undefined) !== (key === undefined))
    throw fault('of status.clientCertificateData and status.clientKeyData one is missing');
  if (token === undefined && cert === undefined) throw fault('status has neither token nor clientCertificateData');
  const expiry = text('expirationTimestamp');
  const expires = expiry === undefined ? Infinity : Date.parse(expiry);
  if (Number.isNaN(expires)) throw fault('status.expirationTimestamp is not a time');
  const pair = cert === undefined || key === undefined ? {} : { cert, key };
  return { credential: { ...(token === undefined ? {} : { token }), ...pair }, expires };
}

function pairsOf(entry: Entry): Record<string, string> {
  const pairs = entry.list('env').map((item): [string, string] => {
    if (isMapping(item) && typeof item.name === 'string' && item.name !== '' && typeof (item.value ?? '') === 'string')
      return [item.name, (item.value ?? '') as string];
    throw entry.fault('env', 'each item needs a name and a value, and both are texts');
  });
  return Object.fromEntries(pairs);
}
