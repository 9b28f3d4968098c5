import { expect } from 'chai';
import { readPolicyDocuments } from '../../pkg/policies/index.js';

const POLICY = `apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata:
  name: acme
spec:
  organization: acme
  github: {}
  guards:
    maxLeaving: 5%
`;

describe('Policies out of text', () => {
  it('reads several documents, with their lines, and passes over other kinds and empty ones', () => {
    const text = `---\n# first\n${POLICY}---\nkind: ConfigMap\napiVersion: v1\n---\n---\n${POLICY.replace('name: acme', 'name: beta\n  namespace: team')}`;
    const documents = readPolicyDocuments(text);
    expect(documents.map(({ name, namespace, faults }) => [name, namespace, faults])).to.deep.equal([
      ['acme', undefined, []],
      ['beta', 'team', []],
    ]);
    expect(documents[1]?.policy?.metadata.namespace).to.equal('team');
  });

  it('reads JSON', () => {
    const [document] = readPolicyDocuments(
      '{"apiVersion":"plus1.dev/v1alpha1","kind":"Plus1Policy","metadata":{"name":"acme"},"spec":{"organization":"acme","github":{}}}',
    );
    expect(document).to.deep.include({ name: 'acme', faults: [] });
  });

  describe('with another default address', () => {
    const apiURL = 'https://github.example.com/api/v3';
    const cases: { reason: string; github: string; expected: string | undefined }[] = [
      { reason: 'counts where the policy names none', github: '{}', expected: apiURL },
      { reason: 'counts where it names nothing', github: '{apiURL: null}', expected: apiURL },
      {
        reason: 'gives way to what the policy says',
        github: '{apiURL: "https://api.acme.ghe.com"}',
        expected: 'https://api.acme.ghe.com',
      },
      { reason: 'does not put right what is wrong', github: '[]', expected: undefined },
    ];
    for (const { reason, github, expected } of cases) {
      it(reason, () => {
        const [document] = readPolicyDocuments(POLICY.replace('github: {}', `github: ${github}`), { apiURL });
        expect(document?.policy?.spec.github.apiURL).to.equal(expected);
      });
    }
  });

  it('a bad document is no fault of the others', () => {
    const documents = readPolicyDocuments(`${POLICY}---\n{ broken\n---\n${POLICY.replace('acme', 'beta')}`);
    expect(documents[0]).to.deep.include({ name: 'acme', faults: [] });
    expect(documents.some(({ faults }) => faults.length > 0)).to.equal(true);
  });

  const names = ['../acme', '.acme', 'Acme', 'a/b', '', 'a'.repeat(254), 'acme\n', 7, null, {}];
  for (const name of names) {
    it(`takes nothing for a name that could be a path or a label of another: ${JSON.stringify(name).slice(0, 20)}`, () => {
      for (const metadata of [{ name }, { name: 'acme', namespace: name ?? 7 }]) {
        const text = JSON.stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata, spec: {} });
        const [document] = readPolicyDocuments(text);
        expect(document).to.not.have.any.keys('name', 'namespace', 'policy');
        expect(document?.faults).to.not.be.empty;
      }
    });
  }

  it('cut off anywhere it is wrong, says nothing, or is the policy: never another one that is valid', () => {
    const whole = POLICY.indexOf('github: {}') + 'github: {}'.length;
    for (let length = 0; length < POLICY.length; length += 1) {
      const documents = readPolicyDocuments(POLICY.slice(0, length));
      const valid = documents.filter(({ policy }) => policy !== undefined);
      // From there on it is a whole policy without its guards: only the wait for a file that is still helps against that.
      if (length < whole) expect(valid, `after ${length} characters`).to.deep.equal([]);
      else expect(valid.every(({ name }) => name === 'acme')).to.equal(true);
      const text = POLICY.slice(0, length).trim();
      if (text.length > 2 && !'apiVersion: plus1.dev'.startsWith(text) && !/^apiVersion: p[\w.]*$/.test(text))
        expect(documents, `after ${length} characters`).to.have.length(1);
    }
  });

  it('is not fooled by aliases that grow', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`),
    ].join('\n');
    const [document] = readPolicyDocuments(`kind: Plus1Policy\n${bomb}`);
    expect(document?.policy).to.equal(undefined);
    expect(document?.faults[0]).to.match(/line 1/);
  });
});
