import type { Scene } from '../story.js';
import { TENANT, type Stage } from '../stage.js';
import { policies } from './apply.js';

interface Wrong {
  what: string;
  /** What the API server must say. */
  says: RegExp;
  change: (text: string) => string;
}

const WRONG: readonly Wrong[] = [
  {
    what: 'a percentage without its sign',
    says: /spec\.guards\.maxLeaving/,
    change: (text) => `${fresh(text)}  guards: {maxLeaving: "25"}\n`,
  },
  {
    what: 'a misspelt field',
    says: /unknown field "spec\.schedul"/,
    change: (text) => `${fresh(text)}  schedul: {interval: 5m}\n`,
  },
  {
    what: 'another organization: it is immutable',
    says: /spec\.organization/,
    change: (text) => text.replace('organization: umbrella', 'organization: initech'),
  },
];

export const refuse: Scene = {
  title: 'kubectl apply: a wrong policy is refused',
  async play(stage) {
    const text = policies(stage).split('---\n')[1] ?? '';
    for (const { what, says, change } of WRONG) {
      stage.say(`With ${what}:`);
      const { stderr } = await stage.kubectl(`apply -f ${stage.write('wrong.yaml', change(text))}`, { exit: 1 });
      stage.prove(says.test(stderr), 'The API server names the field.');
    }
    await judgedByTheController(stage, text);
  },
};

/** A policy that is not there yet: of one that is, kubectl prints the whole object. */
function fresh(text: string): string {
  return text.replaceAll('umbrella', 'initech');
}

/** What no rule of a CRD can tell from a right one. */
async function judgedByTheController(stage: Stage, text: string): Promise<void> {
  stage.say('A cron that never comes can be written; the controller says so, and stops only this policy:');
  const file = stage.write('never.yaml', `${text}  schedule: {cron: "0 4 31 2 *"}\n`);
  await stage.kubectl(`apply -f ${file}`);
  const stalled = `'jsonpath={.status.conditions[?(@.type=="Stalled")].reason}=InvalidSpec'`;
  await stage.kubectl(`wait -n ${TENANT} plus1/umbrella --for=${stalled} --timeout=90s`);
  await stage.kubectl(`get plus1 -n ${TENANT} -o wide`);
  await stage.kubectl(`apply -f ${stage.write('umbrella.yaml', text)}`);
  await stage.kubectl(`wait -n ${TENANT} plus1/umbrella --for=condition=Ready --timeout=90s`);
  stage.prove(stage.isConverged('umbrella'), 'Put right, it converges; nothing left meanwhile.');
}
