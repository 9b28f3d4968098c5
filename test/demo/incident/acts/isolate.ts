/** 15 March: the alarm, the limit on how many may be isolated, and the repositories closed off. */
import { push } from '../../../fakes/github/index.js';
import type { Story } from '../story.js';
import { CLOSED, isQuiet, ORDER, TEAM, type Name } from '../town.js';

const MAIN = 'refs/heads/main';
const TAG = 'refs/tags/v9';

export const alarm = {
  title: 'The alarm: tags of the action were moved to bad code',
  async play(story: Story): Promise<void> {
    story.stage.narrator.say('Grace takes the lead. Who ran it in these two days is to be closed off:');
    await story.stage.run(
      `incident open tj-actions --policy acme --severity Critical \\\n    --commander grace --owner security \\\n    --title 'changed-files leaks secrets' --reason 'CVE-2025-30066' \\\n    ${ORDER}`,
    );
    await story.until('tj-actions', 'Held', /^True TooManyIsolated/);
    await story.stage.run('incident status tj-actions --state state');
  },
};

export const hold = {
  title: 'More than a tenth of the organization: a person looks first',
  async play(story: Story): Promise<void> {
    const { stage } = story;
    stage.narrator.say(
      '`isolation.max` of the policy is 10 %, and these are five of 30. An Emergency approval is enough:',
    );
    await stage.run(
      `incident release tj-actions --kind Emergency --approver alice \\\n    --group security-lead --reason 'All of them ran it' --yes --state state`,
    );
    await story.untilWhole('tj-actions');
    await stage.run('incident status tj-actions --state state');
  },
};

export const isolated = {
  title: 'Closed off: no push, no tag, no workflow',
  async play(story: Story): Promise<void> {
    const { stage } = story;
    const { organization, narrator } = stage;
    const refused = (name: Name, ref: string): boolean => !push(organization.get(name), { ref }).ok;
    for (const name of CLOSED) {
      const isClosed = refused(name, MAIN) && refused(name, TAG) && isQuiet(organization.get(name));
      stage.prove(isClosed, `${name}: a push, a new tag and a workflow start are refused.`);
    }
    const helper = { login: 'grace', teams: [TEAM] };
    stage.prove(push(organization.get('pay-web'), { ref: MAIN, by: helper }).ok, `The team ${TEAM} may still push.`);
    stage.prove(
      organization.get('pay-web').actions.runs.at(-1)?.conclusion === 'cancelled',
      'The run under way was cancelled.',
    );
    narrator.say('', 'Others go on as before:');
    stage.prove(!refused('docs-site', MAIN), 'docs-site pins a good commit and ran nothing: its pushes go through.');
    stage.prove(!refused('shop-web', MAIN), 'shop-web does not refer to it: its pushes go through.');
    stage.prove(story.isMainUntouched, 'The production ruleset is as it was, byte for byte.');
  },
};
