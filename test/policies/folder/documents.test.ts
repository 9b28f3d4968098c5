import { expect } from 'chai';
import { readPolicyDocuments } from '../../../pkg/policies/index.js';

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

  it('reads keys within keys at no more cost than their text', () => {
    for (const text of [`${'? '.repeat(60)}a\n`, `spec: {${'{'.repeat(60)}a${'}'.repeat(60)}: b}\n`, '? [a]\n: b\n']) {
      const documents = readPolicyDocuments(`apiVersion: plus1.dev/v1alpha1\nkind: Plus1Policy\n${text}`);
      const faults = documents.flatMap((document) => document.faults);
      expect(faults.join('').length, text).to.be.within(1, 2_000);
    }
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
    expect(document?.faults[0]).to.match(/^line 6, column \d+: broken YAML: found .* aliases that expand to at most/);
  });

  const costly: { reason: string; text: string }[] = [
    { reason: 'one large mapping', text: Array.from({ length: 100_000 }, (_, index) => `k${index}: v\n`).join('') },
    { reason: 'documents without end', text: '--- a\n'.repeat(150_000) },
    { reason: 'brackets without end', text: '['.repeat(1_048_000) },
    { reason: 'brackets of JSON without end', text: `${'['.repeat(500_000)}${']'.repeat(500_000)}` },
    { reason: 'question marks without end', text: '? '.repeat(500_000) },
  ];
  for (const { reason, text } of costly) {
    it(`does not look into ${reason}, and says so of the whole text`, () => {
      const before = process.cpuUsage();
      const documents = readPolicyDocuments(text);
      const { user, system } = process.cpuUsage(before);
      expect(documents).to.have.length(1);
      expect(documents[0]).to.not.have.any.keys('policy', 'name');
      expect(documents[0]?.faults[0]).to.match(/^it holds more than [\d,]+ \w+/);
      // A thousand times less than without bounds, and room for a slow machine.
      expect((user + system) / 1_000).to.be.at.most(2_000);
    });
  }

  it('keeps a policy that stands beside a document with more faults than anybody reads', () => {
    const documents = readPolicyDocuments(`bad: "${'\\q'.repeat(10_000)}"\n---\n${POLICY}`);
    expect(documents.map(({ policy }) => policy?.metadata.name)).to.deep.equal([undefined, 'acme']);
  });

  it('reads numbers, booleans and aliases as YAML 1.2 has them, and a key named __proto__ as a key', () => {
    const [document] = readPolicyDocuments(
      'kind: Plus1Policy\nx: &x {a: 1, b: true, c: ~, d: "1", e: yes, f: 1.5}\ny: *x\n__proto__: {z: 1}\n',
    );
    const x = { a: 1, b: true, c: null, d: '1', e: 'yes', f: 1.5 };
    expect(Object.entries(document?.stated as object)).to.deep.equal([
      ['kind', 'Plus1Policy'],
      ['x', x],
      ['y', x],
      ['__proto__', { z: 1 }],
    ]);
  });
});
