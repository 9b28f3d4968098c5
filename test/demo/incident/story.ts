/** The stage of the incident: a controller over a folder, and what its objects say. Stopped in every case. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncidentStatus } from '../../../pkg/api/index.js';
import { DemoFault } from '../act.js';
import type { LongRun } from '../long-run.js';
import { LOGIN, Stage } from '../stage.js';
import type { Narrator } from '../narrator.js';
import { incidentTown, settingsOf } from './town.js';

const policy = (apiURL: string): string => `apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: ${LOGIN}}
spec:
  organization: ${LOGIN}
  github: {apiURL: "${apiURL}"}
  schedule: {interval: 30m, quickInterval: 10s}
  workflows: {enabled: true, scope: All}
  guards: {approval: {required: 2, emergencyGroups: [security-lead]}}
`;

const mainOf = ({ ruleset: { state, history } }: Stage): string => JSON.stringify([state, history]);

/** True where the production ruleset has everybody. */
export const isGovernedAll = (stage: Stage): boolean =>
  stage.organization.repositories.every((repository) => stage.isGoverned(repository));

type Condition = NonNullable<IncidentStatus['conditions']>[number];

export class Story {
  readonly stage: Stage;
  readonly #before: string;
  #main = '';
  #run: LongRun | undefined;

  private constructor(stage: Stage) {
    this.stage = stage;
    this.#before = settingsOf(stage.organization);
  }

  static async set(narrator: Narrator, signal: AbortSignal): Promise<Story> {
    const organization = incidentTown();
    const files = (apiURL: string): Record<string, string> => ({ 'policies/acme.yaml': policy(apiURL) });
    return new Story(await Stage.set(narrator, signal, { organization, files }));
  }

  async strike(): Promise<void> {
    await this.#run?.stop();
    await this.stage.strike();
  }

  /** Starts the controller, which stays for the rest of the play. */
  begin(): LongRun {
    const host = new URL(this.stage.apiURL).host;
    const servers = '--health-address 127.0.0.1:0 --metrics-address 127.0.0.1:0';
    const places = '--policies policies --state state';
    this.#run = this.stage.start(`controller ${places} \\\n    --allowed-host ${host} ${servers}`);
    return this.#run;
  }

  get run(): LongRun {
    if (this.#run === undefined) throw new DemoFault('the controller does not run');
    return this.#run;
  }

  /** Waits until the pass that isolates has also cancelled runs and kept the rest of the evidence, which comes last. */
  async untilWhole(incident: string): Promise<void> {
    const isWhole = async (): Promise<boolean> => ((await this.status(incident)).runs?.cancelled ?? 0) > 0;
    await this.until(incident, 'Isolated', /^True/);
    await this.run.until(isWhole, 'the runs are cancelled');
  }

  /** Waits for a condition of an incident, whose status and reason are like `True Isolated`. */
  async until(incident: string, type: string, wanted: RegExp): Promise<void> {
    const is = async (): Promise<boolean> => {
      const condition = (await this.status(incident)).conditions?.find((each: Condition) => each.type === type);
      return condition !== undefined && wanted.test(`${condition.status} ${condition.reason}`);
    };
    await this.run.until(is, `${type} ${String(wanted)} of ${incident}`);
  }

  /** Empty before the first pass has kept it. */
  async status(incident: string): Promise<IncidentStatus> {
    const path = join(this.stage.folder, 'state/.kinds/Plus1Incident/default', `${incident}.json`);
    const text = await readFile(path, 'utf8').catch(() => '{}');
    return (JSON.parse(text) as { status?: IncidentStatus }).status ?? {};
  }

  /** The production ruleset as it is now is what it must stay from here on. */
  keepMain(): void {
    this.#main = mainOf(this.stage);
  }

  /** The rulesets of incidents that GitHub has now. */
  get rulesets(): string[] {
    return this.stage.organization.rulesets
      .map(({ name }) => name)
      .filter((name) => name.startsWith('plus1-incident-'));
  }

  get hasIndex(): boolean {
    return existsSync(join(this.stage.folder, 'state/.workflows'));
  }

  async evidenceFolder(incident: string): Promise<string> {
    const root = join(this.stage.folder, 'state/.evidence');
    const found = (await readdir(root)).find((name) => name.startsWith(`default.${incident}.`));
    if (found === undefined) throw new DemoFault(`there is no evidence of ${incident}`);
    return join(root, found);
  }

  /** True where nobody wrote to the production ruleset since `keepMain`. */
  get isMainUntouched(): boolean {
    return mainOf(this.stage) === this.#main;
  }

  /** True where the settings of Actions are what they were before the incident. */
  get areSettingsAsBefore(): boolean {
    return settingsOf(this.stage.organization) === this.#before;
  }
}
