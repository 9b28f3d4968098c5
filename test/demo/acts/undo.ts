/** A mistake of others: a script demotes a quarter of production. Held, approved by two, applied, and rolled back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DemoFault, type Act } from '../act.js';
import { CATALOGUE, LOGIN, type Stage } from '../stage.js';
import { sameIDs } from './converge.js';

/** More than a quarter of those that are governed. */
const DEMOTED = 130;

export const undo: Act = {
  title: 'A mistake that people approve, and that is taken back',
  async play(stage) {
    const { narrator } = stage;
    const before = [...stage.ruleset.members];
    const to = new Date().toISOString();
    // Records of later passes must be of a later millisecond.
    await sleep(5);
    demote(stage);
    narrator.say(
      `A script writes lifecycle: deprecated into ${DEMOTED} catalogue files. The policy lets a quarter leave a day.`,
    );
    await stage.run('sync -f policy.yaml --grace-period 0s', { exit: 3 });
    stage.prove(sameIDs(stage.ruleset.members, before), 'Nobody left.');
    narrator.say('', 'It looks like a clean-up, and the policy asks for two people. Two approve it:');
    await stage.run(`approve ${LOGIN} --approver ann --reason 'The old platform was shut down' --yes`);
    await stage.run(`approve ${LOGIN} --approver bob --reason 'Agreed with the owners' --yes`);
    await stage.run('sync -f policy.yaml --grace-period 0s');
    stage.prove(stage.ruleset.members.length === before.length - DEMOTED, `${DEMOTED} left, by approval.`);
    narrator.say('', 'Then the owners call. The journal knows who was governed before:');
    await stage.run(`rollback ${LOGIN} --to ${to} --reason 'The script was wrong' --yes`);
    await stage.run('sync -f policy.yaml --grace-period 0s');
    stage.proveWrites(1);
    stage.prove(
      sameIDs(stage.ruleset.members, before),
      'All of them are governed again, whatever their files say. Nobody leaves until somebody releases it (plus1 release).',
    );
    narrator.say('', 'The journal tells it:');
    const kinds = ['PlanHeld', 'ApprovalGiven', 'PlanReleased', 'RolledBack'].map((kind) => `--kind ${kind}`).join(' ');
    await stage.run(`journal show ${LOGIN} --since ${to} ${kinds}`);
  },
};

function demote(stage: Stage): void {
  const members = stage.organization.expecting('valid_production').filter((repository) => stage.isGoverned(repository));
  if (members.length < 2 * DEMOTED) throw new DemoFault('the seed has too few members');
  for (const repository of members.slice(-DEMOTED)) {
    const text = stage.catalogue(repository).replace(/lifecycle: .*/g, 'lifecycle: deprecated');
    repository.commit(CATALOGUE, text, { name: 'A script', login: 'script' });
    repository.expected = 'valid_non_production';
  }
}
