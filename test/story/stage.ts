/**
 * A cluster, a simulated GitHub with two organizations, and the controller as the chart's StatefulSet would run it.
 * Hazard: `strike` it, or processes and folders stay behind.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoFault } from '../demo/act.js';
import { shortened } from '../demo/shorten.js';
import { startCluster, type Cluster } from '../e2e/support/cluster.js';
import type { Ran } from '../e2e/support/command.js';
import { ControllerProcess } from '../e2e/support/controller-process.js';
import { eventually } from '../e2e/support/eventually.js';
import { Person } from '../e2e/support/person.js';
import { requireOneOwner } from '../e2e/support/status-owners.js';
import { seedOrganization, startGitHub, type GitHubSimulator, type Organization } from '../fakes/github/index.js';
import { podCommand } from './pod-command.js';
import type { Teller } from './teller.js';
import { words } from './words.js';

export const SYSTEM = 'plus1-system';
export const TENANT = 'platform';
export const RULESET = 'plus1_enforcement';
export const FIRST_TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
export const SECOND_TOKEN = 'ghp_zyxwvutsrqponmlkjihgfedcba9876543210';

const CHART = fileURLToPath(new URL('../../charts/plus1', import.meta.url));

/** A pass over these organizations takes about a second; this is for a machine with other work. */
const PATIENCE_MS = 90_000;

/** A list longer than this is cut in what is shown. */
const SHOWN = { maxLines: 45, tailLines: 35, maxWidth: 400 };

export class Stage {
  readonly cluster: Cluster;
  readonly github: GitHubSimulator;
  readonly folder = mkdtempSync(join(tmpdir(), 'plus1-story-'));
  readonly #teller: Teller;
  readonly #signal: AbortSignal | undefined;
  readonly #processes: ControllerProcess[] = [];
  /** Ended ones too. */
  readonly #started: ControllerProcess[] = [];
  #token = '';

  private constructor(parts: { cluster: Cluster; github: GitHubSimulator; teller: Teller; signal?: AbortSignal }) {
    this.cluster = parts.cluster;
    this.github = parts.github;
    this.#teller = parts.teller;
    this.#signal = parts.signal;
  }

  static async set(options: { tools: string; teller: Teller; signal?: AbortSignal }): Promise<Stage> {
    const { tools, teller, signal } = options;
    const cluster = await startCluster({ tools, ...(signal && { signal }) });
    const organizations = [organizationOf('acme', 240, 7), organizationOf('umbrella', 90, 8)];
    const github = await startGitHub({ organizations });
    github.world.tokens.acceptAny = false;
    github.world.tokens.add(FIRST_TOKEN, { kind: 'classic', scopes: ['repo', 'admin:org'] });
    return new Stage({ cluster, github, teller, ...(signal && { signal }) });
  }

  async strike({ keepLogs = false } = {}): Promise<string | undefined> {
    await this.stopAll('SIGKILL');
    await this.github.close();
    rmSync(this.folder, { recursive: true, force: true });
    return await this.cluster.stop({ keepLogs });
  }

  /** Throws where a status has another owner than the controller. */
  requireOneOwner(): Promise<void> {
    return requireOneOwner(this.cluster, this.#started);
  }

  /** The containers that run, in the order in which they were started. */
  get processes(): readonly ControllerProcess[] {
    return this.#processes;
  }

  get host(): string {
    return new URL(this.github.apiURL).host;
  }

  organization(login: string): Organization {
    return this.github.world.get(login);
  }

  /** Every production repository is governed, and nothing else. */
  isConverged(login: string): boolean {
    const organization = this.organization(login);
    const wanted = organization.expecting('valid_production').map(({ id }) => id);
    const members = new Set(organization.ruleset(RULESET).members);
    return wanted.length === members.size && wanted.every((id) => members.has(id));
  }

  say(...lines: string[]): void {
    this.#teller.say('', ...lines);
  }

  /** Says a fact about the other side, where it is one. Throws where it is not. */
  prove(holds: boolean, fact: string): void {
    if (!holds) throw new DemoFault(`this does not hold: ${fact}`);
    this.#teller.proved(fact);
  }

  /** Waits for a fact, and says it. */
  async untilProved(holds: () => boolean | Promise<boolean>, fact: string): Promise<void> {
    const logs = (): string => this.#processes.map(({ log }) => log.slice(-2_000)).join('\n');
    try {
      await eventually(holds, { what: fact, timeoutMs: PATIENCE_MS, signal: this.#signal });
    } catch (error) {
      throw new DemoFault(`${(error as Error).message}\n${logs()}`);
    }
    this.#teller.proved(fact);
  }

  /** A file that a command reads. */
  write(name: string, text: string): string {
    writeFileSync(join(this.folder, name), text);
    return name;
  }

  /** Runs `kubectl …` as typed, in the folder of the story; what it printed is shown and returned. */
  kubectl(line: string, { exit = 0 }: { exit?: number } = {}): Promise<Ran> {
    return this.#type('kubectl', line, exit);
  }

  /** As `kubectl`. The chart is the one of this checkout. */
  helm(line: string): Promise<Ran> {
    return this.#type('helm', line, 0);
  }

  /** As `kubectl`, typed by that person of example.com, whose namespace is that of the policies. */
  async person(name: string, groups: string[], line: string, { exit = 0 }: { exit?: number } = {}): Promise<Ran> {
    const user = { name: `${name}@example.com`, groups: ['system:authenticated', ...groups], namespace: TENANT };
    this.#teller.command(`kubectl ${line}   # ${name}${groups.length === 0 ? '' : `, of ${groups.join(', ')}`}`);
    const ran = await new Person(this.cluster, { ...user, cwd: this.folder }).kubectl(...words(line));
    return this.#told(`kubectl ${line}`, ran, exit);
  }

  /** What kubectl says, without telling anybody. */
  async ask(line: string): Promise<string> {
    return (await this.cluster.kubectl(...words(line))).stdout;
  }

  /** Takes a token of the chart's account, as a kubelet would. */
  async takeToken(): Promise<void> {
    this.#teller.command(`kubectl create token plus1 -n ${SYSTEM}`);
    this.#token = await this.cluster.tokenFor(SYSTEM, 'plus1');
  }

  /** Starts the container of a pod of the chart: its arguments, its environment, its account. */
  async startPod(ordinal: number): Promise<ControllerProcess> {
    const { args, env } = await podCommand(this.cluster, `plus1-${ordinal}`, SYSTEM);
    this.#teller.command(`plus1 ${args.join(' ')}   # pod plus1-${ordinal}`);
    const kubeconfig = this.cluster.kubeconfigFor(this.#token, { namespace: SYSTEM });
    const process = new ControllerProcess(hostless(args, join(this.folder, `state-${ordinal}`)), {
      ...env,
      KUBECONFIG: kubeconfig,
      HOME: this.folder,
      RETRY_DELAY: '10',
    });
    this.#processes.push(process);
    this.#started.push(process);
    return process;
  }

  /** Stops what runs; with SIGTERM, and with exit code 0, unless told otherwise. */
  async stopAll(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const codes = await Promise.all(this.#processes.splice(0).map((each) => each.stop(signal)));
    if (signal === 'SIGTERM')
      this.prove(
        codes.every((code) => code === 0),
        'It ended with exit code 0.',
      );
  }

  /** Stops one as Kubernetes does. */
  async stop(process: ControllerProcess): Promise<void> {
    this.#processes.splice(this.#processes.indexOf(process), 1);
    this.prove((await process.stop()) === 0, 'It ended with exit code 0.');
  }

  async #type(tool: 'kubectl' | 'helm', line: string, exit: number): Promise<Ran> {
    this.#teller.command(`${tool} ${line}`);
    const args = words(line).map((word) => (word === 'charts/plus1' ? CHART : word));
    const options = { mayFail: true, cwd: this.folder, ...(this.#signal && { signal: this.#signal }) };
    return this.#told(`${tool} ${line}`, await this.cluster[tool](...args, options), exit);
  }

  #told(line: string, ran: Ran, exit: number): Ran {
    this.#teller.output(shortened(ran.stdout + ran.stderr, SHOWN));
    if (ran.code !== exit) throw new DemoFault(`${line} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
    return ran;
  }
}

/** An organization whose ruleset has only its first member yet. */
function organizationOf(login: string, repositories: number, seed: number): Organization {
  const production = Math.round(repositories / 3);
  return seedOrganization({ login, repositories, production, seed, rulesetMembers: 'one' });
}

/** Two pods of one machine share its ports, and its root belongs to somebody else. */
function hostless(args: readonly string[], state: string): string[] {
  return args.map((arg) => {
    if (arg.startsWith('--state=')) return `--state=${state}`;
    return /^--(metrics|health|web)-address=/.test(arg) ? arg.replace(/=.*/, '=127.0.0.1:0') : arg;
  });
}
