import { DemoFault } from '../../demo/act.js';
import type { Repository } from '../../fakes/github/index.js';
import type { Scene } from '../story.js';
import { RULESET, TENANT, type Stage } from '../stage.js';
import { declare, requestPass } from './ask.js';

const SPEC = '{"exit":{"gracePeriod":"0s"},"guards":{"maxLeaving":1,"approval":{"required":2,"groups":["security"]}}}';
const BEFORE = '{"exit":{"gracePeriod":null},"guards":{"maxLeaving":null,"approval":null}}';

export const approve: Scene = {
  title: 'kubectl plus1: a plan is held, approved by two people, applied, and rolled back',
  async play(stage) {
    await stage.kubectl(`patch plus1 acme -n ${TENANT} --type=merge -p '{"spec":${SPEC}}'`);
    const demoted = stage.organization('acme').expecting('valid_production').slice(0, 3);
    const known = await hold(stage, demoted);
    await forge(stage);
    await agree(stage, demoted);
    await rollBack(stage, demoted, known);
    await stage.kubectl(`patch plus1 acme -n ${TENANT} --type=merge -p '{"spec":${BEFORE}}'`);
    await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=condition=Ready --timeout=90s`);
  },
};

const governed = (stage: Stage, repositories: readonly Repository[]): number =>
  repositories.filter(({ id }) => stage.organization('acme').ruleset(RULESET).members.includes(id)).length;

/** When the plan was held, as a person may name it later. */
async function hold(stage: Stage, demoted: readonly Repository[]): Promise<string> {
  demoted.forEach((repository) => declare(repository, 'deprecated'));
  stage.say('A script says of three repositories of acme that they are deprecated. One may leave in a day.');
  await requestPass(stage, 'acme', 'demoted-by-script');
  await stage.kubectl(`get plus1 acme -n ${TENANT}`);
  stage.prove(governed(stage, demoted) === 3, 'The plan is held, and all three are still governed.');
  return (await stage.ask(`get plus1 acme -n ${TENANT} -o 'jsonpath={.status.lastPass.completionTime}'`)).trim();
}

/** Ann may approve, and for nobody else. */
async function forge(stage: Stage): Promise<void> {
  const users = ['ann', 'bob'].map((name) => `--user=${name}@example.com`).join(' ');
  await stage.kubectl(`create rolebinding approvers -n ${TENANT} --clusterrole=plus1-approver ${users}`);
  const hash = (await stage.ask(`get plus1 acme -n ${TENANT} -o 'jsonpath={.status.hold.planHash}'`)).trim();
  const text = `apiVersion: plus1.dev/v1alpha1
kind: Plus1Approval
metadata: {generateName: acme-, namespace: ${TENANT}}
spec:
  policyRef: {name: acme}
  planHash: ${hash}
  approver: bob@example.com
  groups: [security]
  reason: In the name of somebody else
`;
  stage.say('Ann writes an approval in the name of Bob:');
  const { stderr } = await stage.person('ann', [], `create -f ${stage.write('forged.yaml', text)}`, { exit: 1 });
  stage.prove(/spec\.approver: found bob/.test(stderr), 'The API server refuses it.');
}

async function agree(stage: Stage, demoted: readonly Repository[]): Promise<void> {
  stage.say(
    'Then she approves in her own name. The policy asks for two people, and one of them of the group security:',
  );
  await stage.person('ann', [], "plus1 approve acme --reason 'The old platform was shut down' --yes");
  const counted = `'jsonpath={.status.hold.approvals}=1'`;
  await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=${counted} --timeout=90s`);
  stage.prove(governed(stage, demoted) === 3, 'One is not enough.');
  await stage.person('bob', ['security'], "plus1 approve acme --reason 'Checked with the owners' --yes");
  await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=condition=Ready --timeout=90s`);
  await stage.kubectl(`wait -n ${TENANT} plus1approvals --all --for='jsonpath={.status.state}=Used' --timeout=90s`);
  await stage.kubectl(`get plus1approvals -n ${TENANT}`);
  stage.prove(
    governed(stage, demoted) === 0,
    'With Bob they are two: the three have left, and both approvals are used.',
  );
}

async function rollBack(stage: Stage, demoted: readonly Repository[], known: string): Promise<void> {
  stage.say('It was a mistake: the script was wrong. The administrator brings the membership back.');
  const [first] = demoted;
  if (first === undefined) throw new DemoFault('nobody was demoted');
  await stage.person(
    'root',
    ['system:masters'],
    `plus1 rollback acme --to ${known} --reason 'The script was wrong' --yes`,
  );
  const rolledBack = `'jsonpath={.status.conditions[?(@.type=="Held")].reason}=RolledBack'`;
  await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=${rolledBack} --timeout=90s`);
  stage.prove(governed(stage, demoted) === 3, 'All three are governed again, whatever their files say.');
  demoted.forEach((repository) => declare(repository, 'production'));
  stage.say('The files are put right, and the policy is released.');
  await stage.person('root', ['system:masters'], 'plus1 release acme');
  await stage.kubectl(`wait -n ${TENANT} plus1/acme --for=condition=Ready --timeout=90s`);
  stage.prove(stage.isConverged('acme'), 'GitHub governs exactly what is in production.');
}
