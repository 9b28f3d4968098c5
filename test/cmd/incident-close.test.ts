/** `plus1 incident close` and `isolate` write the file of the incident, and no other one that a state folder names. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { plus1, temporaryFolder } from '../integration/cli.js';
import { incident } from '../loop/incident-document.js';

describe('plus1 incident close', () => {
  let root: string;
  let policies: string;

  beforeEach(() => {
    root = temporaryFolder();
    policies = join(root, 'policies');
    mkdirSync(policies);
  });

  /** As the state folder has the incident `leak`, declared by that file. */
  function close(file: string): ReturnType<typeof plus1> {
    const folder = join(root, 'state', '.kinds', 'Plus1Incident', 'default');
    mkdirSync(folder, { recursive: true });
    const { spec } = parse(incident('leak')) as { spec: object };
    const metadata = {
      ...{ name: 'leak', namespace: 'default', uid: 'u1', generation: 1 },
      creationTimestamp: '2026-11-22T10:00:00Z',
    };
    const stored = { kind: 'Plus1Incident', metadata, spec, status: {}, origin: { file } };
    writeFileSync(join(folder, 'leak.json'), JSON.stringify(stored));
    return plus1(['incident', 'close', 'leak', '--policies', policies, '--state', join(root, 'state')]);
  }

  it('asks for the release in the file that declares it', async () => {
    writeFileSync(join(policies, 'leak.yaml'), incident('leak'));
    expect((await close('leak.yaml')).code).to.equal(0);
    expect(parse(readFileSync(join(policies, 'leak.yaml'), 'utf8'))).to.have.nested.property('spec.closed', true);
  });

  for (const [what, text] of [
    ['of another kind', 'kind: Plus1Policy\nmetadata:\n  name: leak\n'],
    ['of another incident', incident('other')],
    ['with no mapping', 'hello\n'],
    ['with nothing', ''],
  ] as const)
    it(`leaves a file alone ${what}`, async () => {
      writeFileSync(join(policies, 'acme.yaml'), text);
      const { code, stderr } = await close('acme.yaml');
      expect([code, stderr]).to.satisfy(
        ([is, said]: [number, string]) => is === 2 && said.includes('does not declare default/leak any more'),
      );
      expect(readFileSync(join(policies, 'acme.yaml'), 'utf8')).to.equal(text);
    });

  it('writes nothing outside of the folder', async () => {
    writeFileSync(join(root, 'victim.yaml'), incident('leak'));
    for (const file of ['../victim.yaml', '../new.yaml', '', '.', '..']) {
      const { code } = await close(file);
      expect(code, file).not.to.equal(0);
    }
    expect(readFileSync(join(root, 'victim.yaml'), 'utf8')).to.equal(incident('leak'));
    expect(existsSync(join(root, 'new.yaml'))).to.equal(false);
  });
});
