import { expect } from 'chai';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { ClusterSecrets } from '../../../pkg/policies/cluster/index.js';
import { VirtualClock } from '../../fakes/clock.js';
import { FakeAPI, refusal, type Reply } from '../../kube/support/fake-api.js';
import { passUntil } from '../../kube/support/until.js';

const secret = (organizations?: string): Reply => ({
  body: {
    metadata: { ...(organizations !== undefined && { annotations: { 'plus1.dev/organizations': organizations } }) },
    data: { token: Buffer.from('ghp_value\n').toString('base64') },
  },
});

describe('ClusterSecrets', () => {
  let api: FakeAPI;
  const clock = new VirtualClock();
  afterEach(() => api.close());

  /** What comes of reading it for the organization `Acme`: `read`, or the code of the error. */
  async function read(answer: (count: number) => Reply): Promise<{ result: string; message: string; ms: number }> {
    api = await FakeAPI.start(() => answer(api.asked.length));
    const secrets = new ClusterSecrets({ connection: api.connection(), clock, random: () => 0 });
    let ended: { result: string; message: string } | undefined;
    secrets.read('team-a', 'github', new AbortController().signal, 'Acme').then(
      (keys) => (ended = { result: 'read', message: JSON.stringify(keys) }),
      (error: unknown) =>
        (ended =
          error instanceof Plus1Error
            ? { result: error.code, message: error.message }
            : { result: String(error), message: '' }),
    );
    const ms = await passUntil(clock, () => ended !== undefined, { what: 'the Secret', api });
    return { ...ended!, ms };
  }

  const cases: { reason: string; answer: Reply; result: string }[] = [
    { reason: 'no annotation: for all', answer: secret(), result: 'read' },
    { reason: 'named', answer: secret('acme'), result: 'read' },
    { reason: 'named among others, in another case, with spaces', answer: secret('umbrella , ACME'), result: 'read' },
    { reason: 'others are named', answer: secret('umbrella'), result: 'PLUS1_SECRET_NOT_ALLOWED' },
    { reason: 'a name is only a part of it', answer: secret('acme-labs'), result: 'PLUS1_SECRET_NOT_ALLOWED' },
    { reason: 'nobody is named', answer: secret(''), result: 'PLUS1_SECRET_NOT_ALLOWED' },
    { reason: 'it is not there', answer: refusal(404, 'NotFound'), result: 'PLUS1_SECRET_NOT_FOUND' },
    {
      reason: 'the server is not there',
      answer: refusal(503, 'ServiceUnavailable'),
      result: 'PLUS1_CLUSTER_UNAVAILABLE',
    },
  ];
  for (const { reason, answer, result } of cases) {
    it(`${result}: ${reason}`, async () => {
      const ended = await read(() => answer);
      expect(ended.result).to.equal(result);
      expect(api.asked[0]?.path).to.equal('/api/v1/namespaces/team-a/secrets/github');
      if (result !== 'read') expect(ended.message).not.to.contain('ghp_');
    });
  }

  it('decodes what it holds', async () => {
    expect((await read(() => secret())).message).to.equal('{"token":"ghp_value\\n"}');
  });

  it('believes a refusal after five seconds, and not what a server says that has just started', async () => {
    const refused = await read(() => refusal(403, 'Forbidden'));
    expect(refused.result).to.equal('PLUS1_SECRET_NOT_ALLOWED');
    expect(refused.ms).to.be.within(4_500, 6_000);
    await api.close();
    expect((await read((count) => (count === 1 ? refusal(403, 'Forbidden') : secret()))).result).to.equal('read');
  });
});
