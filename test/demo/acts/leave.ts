/** The grace period ends: the demoted repository leaves, the broken one does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Act } from '../act.js';
import { cast } from '../cast.js';

/** Longer than the grace period that the act asks for. */
const PAST_GRACE_MS = 1_100;

export const leave: Act = {
  title: 'The grace period ends',
  async play(stage) {
    const { narrator } = stage;
    const { demoted, broken } = cast(stage);
    narrator.say(
      'A day is long for a demo, so this run shortens the grace period to a second.',
      `The clock of ${demoted.name} started in the run before, and its file says the same since.`,
    );
    await sleep(PAST_GRACE_MS);
    await stage.run('sync -f policy.yaml --grace-period 1s');
    stage.proveWrites(1);
    stage.prove(!stage.isGoverned(demoted), `${demoted.name} left.`);
    stage.prove(stage.isGoverned(broken), `${broken.name} stays for as long as its file says nothing.`);
  },
};
