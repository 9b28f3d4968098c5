/** Passes of a scene, quick and full, one after the other as a controller runs them. */
import type { Anchor } from '../../pkg/reconciler/anchor.js';
import type { PassOutcome } from '../../pkg/reconciler/index.js';
import { takeGlance } from '../../pkg/reconciler/pass/glance.js';
import type { ConnectOptions, Scene, SpecInput } from './passes.js';

class Idle extends Error {}

export class QuickScene {
  readonly scene: Scene;
  readonly #spec: SpecInput;
  readonly #github: ConnectOptions;
  #anchor: Anchor | undefined;
  #looks = 0;

  constructor(scene: Scene, spec: SpecInput, github: ConnectOptions = {}) {
    this.scene = scene;
    this.#spec = spec;
    this.#github = github;
  }

  /** A full pass, from which quick ones go on. */
  async full(): Promise<PassOutcome> {
    const outcome = await this.scene.pass(this.#spec, {
      github: this.#github,
      reconcileID: this.#id(),
      quick: async () => ({ before: this.#anchor }),
    });
    this.#anchor = outcome.anchor;
    return outcome;
  }

  /** A quick pass, or a full one where none can be. Undefined where nothing changed and nothing is due. */
  async quick(): Promise<PassOutcome | undefined> {
    const before = this.#anchor;
    if (before === undefined) return this.full();
    try {
      const outcome = await this.scene.pass(this.#spec, {
        github: this.#github,
        reconcileID: this.#id(),
        quick: async (request, { reader }) => {
          const glance = await takeGlance(request, before, { reader }, new AbortController().signal);
          if (glance.kind === 'idle') throw new Idle();
          if (glance.kind === 'changed') return { before, glance };
          return { before, ...(glance.kind === 'failed' && { failed: glance.error }) };
        },
      });
      if (outcome.isQuick !== true || outcome.anchor !== undefined) this.#anchor = outcome.anchor;
      return outcome;
    } catch (thrown) {
      if (thrown instanceof Idle) return undefined;
      throw thrown;
    }
  }

  #id(): string {
    this.#looks += 1;
    return `look-${this.#looks}`;
  }
}
