/** A rule that nobody breaks: what it would block, the stages, and the approval before it blocks anything. */
import type { Play } from '../play.js';

const POLICY = { schedule: { interval: '6h', quickInterval: '0s' } };

const ROLLOUT = `apiVersion: plus1.dev/v1alpha1
kind: Plus1Rollout
metadata: {name: signed}
spec:
  policyRef: {name: acme}
  rules: [{type: required_signatures}]
  first: [sandbox-api]
  reason: Commits to production are signed
  owner: team-security
`;

export const impact = {
  title: 'A stricter rule, and what it would block',
  async play(play: Play): Promise<void> {
    const { narrator, loop } = play;
    narrator.say('The ruleset governs 40 repositories. From now on commits are to be signed.');
    loop.put('acme.yaml', loop.policy('acme', POLICY));
    play.write('signed.yaml', ROLLOUT);
    await play.run('rollout impact policies/signed.yaml -f policies/acme.yaml', { maxLines: 10, tailLines: 2 });
    await loop.start();
    narrator.say('', 'The controller begins: a ruleset of its own, in Evaluate, over 5 % and the sandbox.');
    play.tell(0);
    play.prove(play.candidate('signed')?.enforcement === 'evaluate', 'The candidate blocks nothing yet.');
    play.proveCovered('signed', 5);
  },
};

export const approval = {
  title: 'Three days in Evaluate, then a person decides',
  async play(play: Play): Promise<void> {
    const { narrator } = play;
    await play.days(1, 'signed', { good: 0 });
    await play.run('rollout status signed --state state');
    narrator.say('', 'Time alone promotes nothing.');
    await play.days(3, 'signed', { good: 24 });
    const hold = play.status('signed').hold;
    play.prove(
      play.candidate('signed')?.enforcement === 'evaluate',
      'It waits: the next stage is the first that blocks.',
    );
    await play.run(
      `approve acme --plan ${hold?.planHash ?? ''} \\\n    --approver ann --reason 'Seen with the teams' --yes --state state`,
    );
    const from = play.loop.lines.length;
    await play.loop.lookNow();
    narrator.say('');
    play.tell(from);
    play.prove(
      play.candidate('signed')?.enforcement === 'active',
      'The candidate is active, over the same repositories.',
    );
  },
};

export const stages = {
  title: 'Stages begin on the evidence of pushes',
  async play(play: Play): Promise<void> {
    await play.days(2, 'signed', { good: 24 });
    play.proveCovered('signed', 50);
    await play.days(3, 'signed', { good: 30 });
    play.proveCovered('signed', 100);
    await play.days(4, 'signed', { good: 40 });
    play.prove(play.status('signed').end === 'Completed', 'All stages went well.');
    play.prove(play.isMainUntouched, 'The production ruleset was not touched, byte for byte.');
  },
};
