import { established } from '../../e2e/support/established.js';
import type { Scene } from '../story.js';
import { SYSTEM, TENANT } from '../stage.js';

/** The release may be installed twice in the story, with the same values. */
export function releaseFlags(host: string): string {
  return [
    `-n ${SYSTEM}`,
    `--set 'watch.namespaces={${TENANT}}'`,
    `--set 'rbac.secretNames={acme-github,umbrella-github}'`,
    `--set 'controller.allowedHosts={${host}}'`,
  ].join(' ');
}

export const install: Scene = {
  title: 'helm install, into a namespace that takes restricted pods alone',
  async play(stage) {
    await stage.kubectl(`create namespace ${TENANT}`);
    await stage.kubectl(`create namespace ${SYSTEM}`);
    await stage.kubectl(`label namespace ${SYSTEM} pod-security.kubernetes.io/enforce=restricted`);
    await stage.helm(`install plus1 charts/plus1 ${releaseFlags(stage.host)}`);
    await established(stage.cluster, 'plus1policies.plus1.dev');
    await stage.kubectl('wait --for=condition=Established crd/plus1policies.plus1.dev --timeout=60s');
    stage.say(
      'No kubelet runs here: the container of the pod is started by hand, with the pod’s arguments and account.',
    );
    await stage.takeToken();
    const controller = await stage.startPod(0);
    await controller.ready();
    const { status } = await controller.get('health', '/readyz');
    stage.prove(status === 200, 'The controller is ready: /readyz answers 200.');
    const refused = await stage.ask(`get events -n ${SYSTEM} --field-selector=reason=FailedCreate -o name`);
    stage.prove(refused === '', 'The pod was admitted at the restricted level.');
  },
};
