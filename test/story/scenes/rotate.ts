import type { Scene } from '../story.js';
import { FIRST_TOKEN, SECOND_TOKEN, TENANT, type Stage } from '../stage.js';
import { requestPass } from './ask.js';

export const rotate: Scene = {
  title: 'The token expires, and is rotated',
  async play(stage) {
    const { tokens } = stage.github.world;
    tokens.add(SECOND_TOKEN, { kind: 'classic', scopes: ['repo', 'admin:org'] });
    tokens.revoke(FIRST_TOKEN);
    stage.say('GitHub no longer takes the first token.');
    await requestPass(stage, 'acme', 'revoked');
    await stage.kubectl(`get plus1 acme -n ${TENANT} -o wide`);
    stage.prove((await reason(stage, 'Stalled')) === 'AuthenticationFailed', 'The policy is stalled, and says why.');
    stage.prove(stage.isConverged('acme'), 'Everything that was governed still is.');
    const rotated = stage.write('rotated.yaml', `stringData: {token: ${SECOND_TOKEN}}\n`);
    for (const login of ['acme', 'umbrella']) {
      await stage.kubectl(`patch secret ${login}-github -n ${TENANT} --patch-file=${rotated}`);
    }
    await requestPass(stage, 'acme', 'rotated');
    await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=condition=Ready --timeout=90s`);
    await requestPass(stage, 'umbrella', 'rotated');
    await stage.kubectl(`wait -n ${TENANT} plus1/umbrella --for=condition=Ready --timeout=90s`);
    const told = await stage.ask(`get plus1,events -n ${TENANT} -o yaml`);
    stage.prove(!told.includes(FIRST_TOKEN) && !told.includes(SECOND_TOKEN), 'No status and no event holds a token.');
  },
};

async function reason(stage: Stage, type: string): Promise<string> {
  return await stage.ask(`get plus1 acme -n ${TENANT} -o 'jsonpath={.status.conditions[?(@.type=="${type}")].reason}'`);
}
