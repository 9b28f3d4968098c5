/**
 * The stage of the rollouts: a controller over a folder in virtual time, so that stages of days take seconds. Commands are those of the
 * program, in this process, since their clock is the virtual one.
 */
import { PassThrough } from 'node:stream';
import { plus1 as program } from '../../../cmd/plus1/commands.js';
import type { CommandIO } from '../../../cmd/plus1/io.js';
import { run } from '../../../cmd/plus1/program.js';
import type { RolloutStatus } from '../../../pkg/api/index.js';
import { candidateName } from '../../../pkg/rollout/index.js';
import { PATH, PRODUCTION, RULESET, town } from '../../builders.js';
import type { Organization, Repository, Ruleset } from '../../fakes/github/index.js';
import { inputOf } from '../../loop/input.js';
import { HOUR, Loop, type Line } from '../../loop/loop.js';
import { removeTemporaryFolders } from '../../temporary-folder.js';
import { DemoFault } from '../act.js';
import type { Narrator } from '../narrator.js';
import { shortened, type Shown } from '../shorten.js';

const START = Date.UTC(2026, 8, 7, 8);
const GOVERNED = 40;
const DAY = 24 * HOUR;
const SHOWN = { maxLines: 24, tailLines: 4, maxWidth: 150 };

interface Kept {
  metadata: { uid: string };
  status?: RolloutStatus;
}

export class Play {
  readonly narrator: Narrator;
  readonly loop: Loop;
  readonly acme: Organization;
  #main = '';

  private constructor(narrator: Narrator, loop: Loop, acme: Organization) {
    this.narrator = narrator;
    this.loop = loop;
    this.acme = acme;
  }

  /** Forty governed repositories on GitHub Enterprise; one of them is there to try things in. */
  static async set(narrator: Narrator): Promise<Play> {
    const acme = town({ members: GOVERNED - 1 });
    acme.plan = 'enterprise';
    const sandbox = acme.createRepository({ name: 'sandbox-api', files: { [PATH]: PRODUCTION } });
    const main = acme.ruleset(RULESET);
    main.setMembers([...main.members, sandbox.id]);
    const loop = await Loop.open({ organizations: [acme], start: START });
    const play = new Play(narrator, loop, acme);
    play.keepMain();
    return play;
  }

  async strike(): Promise<void> {
    await this.loop.close();
    removeTemporaryFolders();
  }

  /** Runs `plus1` and shows the command line and what it printed; `policies` and `state` are the folders of the controller. */
  async run(commandLine: string, shown: Partial<Shown> = {}): Promise<void> {
    this.narrator.command(`plus1 ${commandLine}`);
    const output = await this.#program(words(commandLine).map((word) => this.#placed(word)));
    this.narrator.output(shortened(this.#unplaced(output.text), { ...SHOWN, ...shown }));
    if (output.code !== 0) throw new DemoFault(`plus1 ${commandLine} ended with ${output.code ?? 'nothing'}`);
  }

  async #program(args: string[]): Promise<{ code: number | undefined; text: string }> {
    const result: { code: number | undefined; text: string } = { code: undefined, text: '' };
    const sink = new PassThrough().on('data', (chunk: Buffer) => (result.text += chunk.toString()));
    const io: CommandIO = {
      ...{ stdout: sink, stderr: sink, stdin: new PassThrough().end(), cwd: this.loop.policies },
      env: {
        HOME: this.loop.state,
        GITHUB_TOKEN: 'ghp_demo',
        GITHUB_API_URL: this.loop.github.apiURL,
        RETRY_DELAY: '1',
      },
      ...{ signal: new AbortController().signal, onHangup: () => undefined, random: () => 0 },
      ...{ clock: () => this.loop.clock.now(), monotonic: () => this.loop.clock.monotonic() },
      done: (code) => (result.code = code),
    };
    await run(program(io), args, io);
    await new Promise((resolve) => setImmediate(resolve));
    return result;
  }

  #placed(word: string): string {
    if (word === 'state') return this.loop.state;
    return word.replace(/^policies(?=$|\/)/, this.loop.policies);
  }

  #unplaced(text: string): string {
    return text.replaceAll(this.loop.policies, 'policies').replaceAll(this.loop.state, 'state');
  }

  /** Shows a file of the policies folder as it is written. */
  write(name: string, text: string): void {
    this.narrator.command(`cat policies/${name}`);
    this.narrator.output(text);
    this.loop.put(name, text);
  }

  kept(rollout: string): Kept {
    const found = inputOf<Kept>(this.loop, 'Plus1Rollout', rollout);
    if (found === undefined) throw new DemoFault(`nothing is kept of the rollout ${rollout}`);
    return found;
  }

  status(rollout: string): RolloutStatus {
    return this.kept(rollout).status ?? {};
  }

  /** Undefined before its first stage, and after the end. */
  candidate(rollout: string): Ruleset | undefined {
    const name = candidateName(this.kept(rollout).metadata.uid);
    return this.acme.rulesets.find((ruleset) => ruleset.name === name);
  }

  /** Repositories under the candidate. */
  covered(rollout: string): Repository[] {
    return (this.candidate(rollout)?.members ?? []).map((id) => this.acme.get(id));
  }

  /** Proves that it covers that share of production, rounded up, and the test environment whose place in the order nobody chose. */
  proveCovered(rollout: string, percent: number): void {
    const count = this.covered(rollout).length;
    const share = Math.ceil((GOVERNED * percent) / 100);
    this.prove(count === share || count === share + 1, `It covers ${count} of ${GOVERNED} repositories.`);
  }

  /** The production ruleset as it is now is what it must stay from here on. */
  keepMain(): void {
    this.#main = this.#now;
  }

  get isMainUntouched(): boolean {
    return this.#now === this.#main;
  }

  get #now(): string {
    const { state, history } = this.acme.ruleset(RULESET);
    return JSON.stringify([state, history]);
  }

  /** Lets days go by, with pushes to what is under the candidate; tells the events. */
  async days(days: number, rollout: string, pushes: { good: number; bad?: number; rule?: string }): Promise<void> {
    const from = this.loop.lines.length;
    const { good, bad = 0, rule = '' } = pushes;
    await this.loop.pass(HOUR);
    const members = this.covered(rollout);
    for (let n = 0; n < good + bad; n += 1) members[n % members.length]?.push(n < bad ? { breaks: [rule] } : {});
    await this.loop.pass(days * DAY);
    const kept = good === 0 ? 'nobody pushed' : `${good} pushes kept to the rule`;
    const told = bad === 0 ? kept : `${bad} pushes broke the rule, ${kept}`;
    this.narrator.say('', `${this.#clock}: ${days} ${days === 1 ? 'day' : 'days'} later, ${told}.`);
    this.tell(from);
  }

  get #clock(): string {
    return new Date(this.loop.clock.now()).toISOString().slice(0, 16).replace('T', ' ');
  }

  /** Events of rollouts since a line of the log. */
  tell(from: number): void {
    const events = this.loop.lines.slice(from).filter(({ msg, kind }) => msg === 'Event' && kind !== 'Plus1Policy');
    for (const event of events) this.narrator.output(eventLine(event));
  }

  /** Says a fact about the side of GitHub, where it is one; else the demo has failed. */
  prove(holds: boolean, fact: string): void {
    if (!holds) throw new DemoFault(`this does not hold: ${fact}`);
    this.narrator.proved(fact);
  }

  /** True once a pass has kept a stage of it. */
  isKnown(rollout: string): boolean {
    return (inputOf<Kept>(this.loop, 'Plus1Rollout', rollout)?.status?.stage ?? 0) > 0;
  }
}

const eventLine = ({ reason, message }: Line): string => {
  const line = `  event ${String(reason)}: ${String(message)}`;
  return line.length > SHOWN.maxWidth ? `${line.slice(0, SHOWN.maxWidth - 1)}…` : line;
};

const words = (commandLine: string): string[] =>
  (commandLine.match(/'[^']*'|\S+/g) ?? [])
    .filter((word) => word !== '\\')
    .map((word) => word.replace(/^'(.*)'$/, '$1'));
