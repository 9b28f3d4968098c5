import type { Scene } from '../story.js';
import { RULESET, SYSTEM, TENANT } from '../stage.js';
import { requestPass } from './ask.js';
import { releaseFlags } from './install.js';

export const uninstall: Scene = {
  title: 'helm uninstall: the policies stay, and GitHub is left as it is',
  async play(stage) {
    const writes = stage.github.counts().writes;
    const members = (): string => JSON.stringify(stage.organization('acme').ruleset(RULESET).members);
    const before = members();
    await stage.stopAll();
    await stage.helm(`uninstall plus1 -n ${SYSTEM}`);
    await stage.kubectl(`get plus1 -n ${TENANT}`);
    stage.prove(members() === before, 'The rulesets are untouched: what was governed still is.');
    stage.say('Installed again, it goes on where it was.');
    await stage.helm(`install plus1 charts/plus1 ${releaseFlags(stage.host)} --hide-notes`);
    await stage.takeToken();
    await (await stage.startPod(0)).ready();
    await requestPass(stage, 'acme', 'installed-again');
    await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=condition=Ready --timeout=90s`);
    stage.prove(stage.github.counts().writes === writes, 'GitHub was not written to.');
    await stage.kubectl(`delete plus1 acme umbrella -n ${TENANT} --timeout=20s`);
    stage.prove(members() === before, 'Deleting a policy never touches GitHub.');
    await stage.stopAll();
  },
};
