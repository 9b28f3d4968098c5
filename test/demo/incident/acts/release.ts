/** The end: asked for, approved, settings as before. And the report of it all. */
import { push, type Organization } from '../../../fakes/github/index.js';
import type { Story } from '../story.js';
import { CI, CLOSED, isQuiet, uses } from '../town.js';

export const release = {
  title: 'Released by approval, with settings as they were',
  async play(story: Story): Promise<void> {
    const { stage } = story;
    const { organization } = stage;
    cleanUp(organization);
    stage.narrator.say(
      `Responders take the action out of all files, and the teams make new secrets.`,
      'Then the commander asks for the release:',
    );
    await stage.run('incident close tj-actions --policies policies --state state');
    await story.until('tj-actions', 'Held', /^True ReleaseApproval/);
    stage.prove(
      CLOSED.every((name) => isQuiet(organization.get(name))),
      'To ask is not enough: all of them are still closed off.',
    );
    stage.narrator.say('', 'Who approves sees first what was checked:');
    await stage.run(
      `incident release tj-actions --approver bob --yes --state state \\\n    --reason 'The action is gone, secrets are new'`,
    );
    stage.narrator.say('', 'The policy asks for two people:');
    await stage.run(`incident release tj-actions --approver carol --reason 'Agreed with bob' --yes --state state`);
    await story.until('tj-actions', 'Released', /^True/);
    stage.prove(
      story.areSettingsAsBefore,
      'The Actions settings of all five are as before the incident, byte for byte.',
    );
    stage.prove(story.rulesets.length === 0, 'Its rulesets are deleted.');
    stage.prove(
      CLOSED.every(
        (name) => push(organization.get(name), { ref: 'refs/heads/main' }).ok && !isQuiet(organization.get(name)),
      ),
      'Pushes and workflows go through again.',
    );
    stage.prove(story.isMainUntouched, 'The production ruleset is as it was, byte for byte.');
    stage.narrator.say('', 'The report for the review, as Markdown; --format html makes a page of it:');
    await stage.run('incident report tj-actions --state state', { maxLines: 76 });
  },
};

function cleanUp(organization: Organization): void {
  for (const name of CLOSED)
    organization.get(name).commit(CI, uses('actions/checkout@v4'), { name: 'Grace', login: 'grace' });
}
