import { INPUT_KINDS } from '../../../pkg/api/index.js';
import { grantedRights, refusedRights, usedRights } from '../../e2e/support/rights.js';
import type { Scene } from '../story.js';
import { SYSTEM } from '../stage.js';

const ACCOUNT = `system:serviceaccount:${SYSTEM}:plus1`;

/** Nobody in the story makes an incident, a rollout or an egress rule: test/e2e/input-kinds.test.ts shows that these are used. */
const UNPLAYED: readonly string[] = INPUT_KINDS.map(({ plural }) => `patch ${plural}/status`);

export const rights: Scene = {
  title: 'The audit log: every right was used, and none was missing',
  async play(stage) {
    const events = stage.cluster.audit();
    const [granted, used] = [await grantedRights(stage.cluster, SYSTEM, 'plus1'), usedRights(events, ACCOUNT)];
    stage.say(`Granted to ${ACCOUNT}:`, ...granted.map((right) => `  ${right}`));
    const played = granted.filter((right) => !UNPLAYED.includes(right));
    stage.prove(
      played.join() === used.join(),
      'The controller used every one of them but the status of kinds that nobody made here, and nothing else.',
    );
    stage.prove(refusedRights(events, ACCOUNT).length === 0, 'It was refused nothing.');
  },
};
