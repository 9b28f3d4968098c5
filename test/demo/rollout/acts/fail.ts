/** A rule that people break: back in one pass, and nobody is less protected than before. */
import type { Play } from '../play.js';

const RULE = 'required_linear_history';
const ROLLOUT = `apiVersion: plus1.dev/v1alpha1
kind: Plus1Rollout
metadata: {name: linear}
spec:
  policyRef: {name: acme}
  rules: [{type: ${RULE}}]
  first: [sandbox-api]
  approval: None
  stages:
    - {percent: 5, enforcement: Active, soak: 24h}
    - {percent: 100, enforcement: Active, soak: 72h}
  reason: History of production is linear
  owner: team-platform
`;

export const fail = {
  title: 'A rule that people break',
  async play(play: Play): Promise<void> {
    const { narrator, loop } = play;
    narrator.say('The next rule, by another team, without an approval:');
    play.write('linear.yaml', ROLLOUT);
    await loop.until(() => play.isKnown('linear'), 'the rollout was seen');
    await loop.settle();
    await play.days(2, 'linear', { good: 24 });
    play.proveCovered('linear', 100);
    narrator.say('', 'Now teams that merge with merge commits are blocked.');
    await play.days(1, 'linear', { good: 12, bad: 9, rule: RULE });
    const left = play.covered('linear').map(({ name }) => name);
    play.prove(left.join() === 'sandbox-api', 'In one pass all of production is out of it. The sandbox stays.');
    play.prove(play.isMainUntouched, 'The production ruleset was not touched, byte for byte.');
    await play.run('rollout status linear --state state');
  },
};
