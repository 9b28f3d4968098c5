/**
 * The controller's life in a cluster, told once: the e2e tests hold every scene to what it says, and
 * `make demo-kubernetes` shows the same scenes to a person. Scenes follow from one another; none stands alone.
 */
import type { Stage } from './stage.js';
import { apply } from './scenes/apply.js';
import { approve } from './scenes/approve.js';
import { ask } from './scenes/ask.js';
import { install } from './scenes/install.js';
import { look } from './scenes/look.js';
import { refuse } from './scenes/refuse.js';
import { rights } from './scenes/rights.js';
import { rotate } from './scenes/rotate.js';
import { suspend } from './scenes/suspend.js';
import { uninstall } from './scenes/uninstall.js';
import { upgrade } from './scenes/upgrade.js';

export interface Scene {
  title: string;
  /** Throws where something is not as the scene says. */
  play(stage: Stage): Promise<void>;
}

const FIRST = [install, apply, look, ask, suspend, approve];

export const STORY: readonly Scene[] = [...FIRST, refuse, rotate, upgrade, rights, uninstall];
