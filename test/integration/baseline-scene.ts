/** Passes over the town of checklists, with a gateway on the way that may change what GitHub answers. */
import { expect } from 'chai';
import { BASELINE_CHECKS, type BaselineCheck } from '../../pkg/api/index.js';
import type { CheckResult } from '../../pkg/baseline/index.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { sizeOf } from '../sample.js';
import { BASELINE, baselineTown, type Truth } from './baseline-town.js';
import { Scene, type SpecInput } from './passes.js';
import { tampering, type Answered, type Asked, type TamperingGitHub } from './tampering-github.js';

/** Repositories: a part of them in `make test`. */
export const SIZE = sizeOf(200, 50);
export const NOW_MS = Date.UTC(2026, 10, 22, 10);
export const SPEC: SpecInput = { baseline: BASELINE };

export type Tamper = (asked: Asked) => Promise<Answered | undefined>;

export class BaselineScene {
  readonly scene: Scene;
  /** What is true, by repository id. */
  readonly truth: ReadonlyMap<number, Truth>;
  /** Gives an answer in place of GitHub's; undefined: as it is. */
  tamper: Tamper = async () => undefined;
  #proxy: TamperingGitHub | undefined;

  private constructor(scene: Scene, truth: ReadonlyMap<number, Truth>) {
    this.scene = scene;
    this.truth = truth;
  }

  static async open(): Promise<BaselineScene> {
    const { organization, truth } = baselineTown(SIZE, NOW_MS);
    const opened = new BaselineScene(await Scene.open(organization, NOW_MS), truth);
    opened.#proxy = await tampering(opened.scene.github, (asked) => opened.#answer(asked));
    return opened;
  }

  async close(): Promise<void> {
    await this.#proxy?.close();
    await this.scene.close();
    expect(this.scene.github.contractViolations).to.deep.equal([]);
  }

  get url(): string {
    return this.#proxy?.url ?? '';
  }

  async #answer(asked: Asked): Promise<Answered> {
    const answer = (await this.tamper(asked)) ?? (await asked.forward());
    const { link } = answer.headers ?? {};
    if (link === undefined) return answer;
    // The next page is asked of whom the first one came from.
    return { ...answer, headers: { ...answer.headers, link: link.replaceAll(this.scene.github.url, this.url) } };
  }

  /** One that a person asked for, so that everything is asked again. */
  pass(spec = SPEC, more: Parameters<Scene['pass']>[1] = {}): Promise<PassOutcome> {
    return this.scene.pass(spec, { isAsked: true, ...more, github: { apiURL: this.url, ...more.github } });
  }

  /** Until the scans of all are known: 100 a pass. */
  async learn(): Promise<PassOutcome> {
    await this.pass();
    return this.pass();
  }

  checksOf(outcome: PassOutcome, id: number): Record<BaselineCheck, CheckResult> {
    const checks = outcome.baseline?.results.get(id) ?? [];
    return Object.fromEntries(checks.map((check) => [check.name, check])) as Record<BaselineCheck, CheckResult>;
  }

  /** Each result is the truth, or unknown where it may be open. Says how many are unknown. `why`: for messages. */
  compare(
    outcome: PassOutcome,
    mayBeOpen: (id: number) => readonly BaselineCheck[],
    why = (_id: number): string => '',
  ): number {
    let open = 0;
    for (const [id, known] of this.truth) {
      const checks: Partial<Record<BaselineCheck, CheckResult>> = this.checksOf(outcome, id);
      for (const name of BASELINE_CHECKS) {
        const { result, found = '' } = checks[name] ?? {};
        const isOpen = result === 'unknown' && mayBeOpen(id).includes(name);
        if (isOpen) open += 1;
        else expect(result, `${name} of ${id} ${why(id)}: ${found}`).to.equal(known[name]);
      }
    }
    return open;
  }
}
