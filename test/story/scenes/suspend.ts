import type { Scene } from '../story.js';
import { RULESET, TENANT } from '../stage.js';
import { requestPass } from './ask.js';

export const suspend: Scene = {
  title: 'kubectl patch: suspend, and resume',
  async play(stage) {
    await stage.kubectl(`patch plus1 acme -n ${TENANT} --type=merge -p '{"spec":{"suspend":true}}'`);
    const suspended = `'jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Suspended'`;
    await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=${suspended} --timeout=90s`);
    const ruleset = stage.organization('acme').ruleset(RULESET);
    const [victim = 0, ...others] = ruleset.members;
    ruleset.setMembers(others);
    const before = requestsTo(stage.github.requests, 'acme');
    await requestPass(stage, 'acme', 'while-suspended');
    await stage.kubectl(`get plus1 acme -n ${TENANT}`);
    stage.prove(
      requestsTo(stage.github.requests, 'acme') === before && !ruleset.members.includes(victim),
      'The request is answered at once, and GitHub hears nothing of it.',
    );
    await stage.kubectl(`patch plus1 acme -n ${TENANT} --type=merge -p '{"spec":{"suspend":false}}'`);
    await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=condition=Ready --timeout=90s`);
    stage.prove(stage.isConverged('acme'), 'Resumed, the first pass repairs what happened meanwhile.');
  },
};

function requestsTo(requests: readonly { path: string; body?: unknown }[], login: string): number {
  return requests.filter(({ path, body }) => path.includes(login) || JSON.stringify(body ?? '').includes(login)).length;
}
