import { grantedRights, refusedRights, usedRights } from '../../e2e/support/rights.js';
import type { Scene } from '../story.js';
import { SYSTEM } from '../stage.js';

const ACCOUNT = `system:serviceaccount:${SYSTEM}:plus1`;

export const rights: Scene = {
  title: 'The audit log: every right was used, and none was missing',
  async play(stage) {
    const events = stage.cluster.audit();
    const [granted, used] = [await grantedRights(stage.cluster, SYSTEM, 'plus1'), usedRights(events, ACCOUNT)];
    stage.say(`Granted to ${ACCOUNT}:`, ...granted.map((right) => `  ${right}`));
    stage.prove(granted.join() === used.join(), 'The controller used every one of them, and nothing else.');
    stage.prove(refusedRights(events, ACCOUNT).length === 0, 'It was refused nothing.');
  },
};
