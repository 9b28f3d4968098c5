import type { Scene } from '../story.js';
import { FIRST_TOKEN, TENANT, type Stage } from '../stage.js';

export const apply: Scene = {
  title: 'kubectl apply: two policies for two organizations',
  async play(stage) {
    stage.write('token', FIRST_TOKEN);
    for (const login of ['acme', 'umbrella']) {
      const keys = `--from-file=token=token --from-literal=githubAppBaseURL=${stage.github.apiURL}`;
      await stage.kubectl(`create secret generic ${login}-github -n ${TENANT} ${keys}`);
    }
    await stage.kubectl(`apply -f ${stage.write('policies.yaml', policies(stage))}`);
    await stage.kubectl(`wait -n ${TENANT} --for=condition=Ready plus1/acme plus1/umbrella --timeout=90s`);
    await stage.kubectl(`get plus1 -n ${TENANT}`);
    for (const login of ['acme', 'umbrella']) {
      const production = stage.organization(login).expecting('valid_production').length;
      stage.prove(
        stage.isConverged(login),
        `${login}: GitHub governs exactly its ${production} production repositories.`,
      );
    }
  },
};

export function policies(stage: Stage): string {
  const each = ['acme', 'umbrella'].map(
    (login) => `apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: ${login}, namespace: ${TENANT}}
spec:
  organization: ${login}
  github:
    apiURL: ${stage.github.apiURL}
    credentials: {secretRef: {name: ${login}-github}}
`,
  );
  return each.join('---\n');
}
