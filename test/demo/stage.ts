/**
 * The stage: an organization on a simulated GitHub, a folder for policy and state, and the program. It is struck in
 * every case: await `strike()`, or the folder and the listener stay behind.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  specOrganization,
  startGitHub,
  type GitHubSimulator,
  type Organization,
  type Repository,
  type Ruleset,
} from '../fakes/github/index.js';
import { DemoFault } from './act.js';
import type { Narrator } from './narrator.js';
import { LongRun } from './long-run.js';
import { runProgram, type ProgramOptions } from './program.js';
import { shortened } from './shorten.js';

export const LOGIN = 'acme';
export const RULESET = 'plus1_enforcement';
export const CATALOGUE = 'entity.datadog.yaml';

/** Production repositories that nobody has put into the ruleset yet: few, so that the plan can be read. */
const FORGOTTEN = 5;

/** Quick enough to watch, slow enough to be a network. */
const LATENCY = { requestMs: 40, fileMs: 1 };

/** A list longer than this is cut in what is shown: 450 lines of a kind tell no more than these. */
const SHOWN = { maxLines: 30, tailLines: 4, maxWidth: 150 };

const POLICY = `apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: ${LOGIN}}
spec:
  organization: ${LOGIN}
  github: {}
  guards: {approval: {required: 2}}
`;

export interface RunOptions {
  /** The exit code that the run must have; 0 unless told. */
  exit?: number;
  /** How many lines of what it prints are shown; 30 unless told. */
  maxLines?: number;
}

/** Where a play takes place. */
export interface Scenery {
  organization: Organization;
  /** By path in the folder; `apiURL` is that of the simulator. */
  files: (apiURL: string) => Readonly<Record<string, string>>;
}

/** As a shell takes them: what stands in quotes is one, and a backslash ends a line. */
const words = (commandLine: string): string[] =>
  (commandLine.match(/'[^']*'|\S+/g) ?? [])
    .filter((word) => word !== '\\')
    .map((word) => word.replace(/^'(.*)'$/, '$1'));

/** The specification's organization, of which few are forgotten. */
function usual(): Scenery {
  const organization = specOrganization({ login: LOGIN });
  const production = organization.expecting('valid_production').map(({ id }) => id);
  organization.ruleset(RULESET).setMembers(production.slice(FORGOTTEN));
  return { organization, files: () => ({ 'policy.yaml': POLICY }) };
}

export class Stage {
  readonly narrator: Narrator;
  readonly folder: string;
  readonly #github: GitHubSimulator;
  readonly #signal: AbortSignal;

  private constructor(narrator: Narrator, folder: string, github: GitHubSimulator, signal: AbortSignal) {
    this.narrator = narrator;
    this.folder = folder;
    this.#github = github;
    this.#signal = signal;
  }

  static async set(narrator: Narrator, signal: AbortSignal, scenery: Scenery = usual()): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'plus1-demo-'));
    let github: GitHubSimulator | undefined;
    try {
      github = await startGitHub({ organizations: [scenery.organization], latency: LATENCY });
      for (const [path, text] of Object.entries(scenery.files(github.apiURL))) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      return new Stage(narrator, folder, github, signal);
    } catch (error) {
      await github?.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async strike(): Promise<void> {
    await this.#github.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  get apiURL(): string {
    return this.#github.apiURL;
  }

  /** Another organization on the same GitHub. */
  add(organization: Organization): void {
    this.#github.world.add(organization);
  }

  get organization(): Organization {
    return this.#github.world.get(LOGIN);
  }

  get ruleset(): Ruleset {
    return this.organization.ruleset(RULESET);
  }

  get policy(): string {
    return POLICY;
  }

  isGoverned({ id }: Repository): boolean {
    return this.ruleset.members.includes(id);
  }

  /** Ids of what declares production, as the acts have left it. */
  get production(): number[] {
    return this.organization.expecting('valid_production').map(({ id }) => id);
  }

  /** The catalogue file of a repository as it is now. */
  catalogue(repository: Repository): string {
    return String(repository.files.get(CATALOGUE)?.content ?? '');
  }

  /** Runs `plus1` and shows the command line and what it printed. */
  async run(commandLine: string, { exit = 0, maxLines = SHOWN.maxLines }: RunOptions = {}): Promise<void> {
    this.narrator.command(`plus1 ${commandLine}`);
    this.#github.reset();
    const result = await runProgram(words(commandLine), this.#programOptions);
    this.narrator.output(shortened(result.output, { ...SHOWN, maxLines }));
    if (exit !== 0 && result.code === exit) this.narrator.output(`(exit code ${exit})`);
    if (result.code !== exit)
      throw new DemoFault(`plus1 ${commandLine} ended with ${result.code ?? 'a signal'}, not with ${exit}`);
    const [violation] = this.#github.contractViolations;
    if (violation !== undefined) throw new DemoFault(`the simulator broke GitHub's contract: ${violation}`);
  }

  /** Starts a program that goes on; stop it in a `finally`. */
  start(commandLine: string): LongRun {
    this.narrator.command(`plus1 ${commandLine} &`);
    return new LongRun(words(commandLine), this.#programOptions);
  }

  get #programOptions(): ProgramOptions {
    const env = { GITHUB_TOKEN: 'ghp_demo', GITHUB_API_URL: this.apiURL };
    return { folder: this.folder, env, signal: this.#signal };
  }

  /** Holds the last run to its number of writes, and says what it cost. */
  proveWrites(expected: number): void {
    const { requests, points, writes } = this.#github.counts();
    this.narrator.say('');
    this.prove(
      writes === expected,
      `GitHub saw ${requests} requests (${points} GraphQL points), ${writes === 0 ? 'none of them a write' : `${writes} of them a write`}.`,
    );
  }

  /** Says a fact about the other side, where it is one; else the demo has failed. */
  prove(holds: boolean, fact: string): void {
    if (!holds) throw new DemoFault(`this does not hold: ${fact}`);
    this.narrator.proved(fact);
  }
}
