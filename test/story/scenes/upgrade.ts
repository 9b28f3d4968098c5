import type { Scene } from '../story.js';
import { SYSTEM, type Stage } from '../stage.js';
import { requestPass } from './ask.js';
import { releaseFlags } from './install.js';

export const upgrade: Scene = {
  title: 'helm upgrade: two replicas, and the first one is told to go',
  async play(stage) {
    await stage.helm(`upgrade plus1 charts/plus1 ${releaseFlags(stage.host)} --set replicas=2 --hide-notes`);
    const follower = await (await stage.startPod(1)).ready();
    stage.prove(!(await follower.leads()), 'The second stands by, ready.');
    const writes = stage.github.counts().writes;
    const [leader] = stage.processes;
    if (leader !== undefined) await stage.stop(leader);
    await stage.untilProved(
      () => follower.leads(),
      'The second has taken over: the first gave up its lease as it went.',
    );
    await stage.kubectl(`get lease plus1-controller -n ${SYSTEM}`);
    await settled(stage);
    stage.prove(stage.github.counts().writes === writes, 'Nothing was to be done, and nothing was written to GitHub.');
  },
};

async function settled(stage: Stage): Promise<void> {
  for (const login of ['acme', 'umbrella']) await requestPass(stage, login, 'after-upgrade');
}
