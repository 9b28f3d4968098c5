import type { Scene } from '../story.js';
import { TENANT } from '../stage.js';

export const look: Scene = {
  title: 'kubectl describe and explain',
  async play(stage) {
    await stage.untilProved(async () => {
      const reasons = await stage.ask(`get events -n ${TENANT} -o 'jsonpath={.items[*].reason}'`);
      return reasons.split(' ').filter((reason) => reason === 'RulesetUpdated').length === 2;
    }, 'Each write to GitHub has its event.');
    const described = await stage.kubectl(`describe plus1 acme -n ${TENANT}`);
    stage.prove(/RulesetUpdated/.test(described.stdout), 'describe shows the event of the first write.');
    const explained = await stage.kubectl('explain plus1.spec.guards.maxLeaving');
    stage.prove(/DESCRIPTION:\n\s+\S/.test(explained.stdout), 'Every field has its sentence.');
    await stage.kubectl(`get plus1 -n ${TENANT} -o wide`);
  },
};
