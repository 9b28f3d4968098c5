/** `plus1 validate` of documents of our own kinds: valid ones pass, and each fault is named with line and column. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { validateCommand } from '../../cmd/plus1/validate.js';
import { runCommand, type Outcome } from './command.js';

const document = (kind: string, spec: string): string =>
  `apiVersion: plus1.dev/v1alpha1\nkind: ${kind}\nmetadata:\n  name: a\nspec:\n${spec
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('')}`;
const COMMON = 'policyRef: { name: acme }\nreason: It is needed for the build\nowner: team-build';

const VALID: Record<string, string> = {
  Plus1Policy: document('Plus1Policy', 'organization: acme\ngithub: { apiURL: https://api.github.com }'),
  Plus1Approval: document(
    'Plus1Approval',
    `policyRef: { name: acme }\nreason: Looked at with the owner\napprover: ann\nplanHash: sha256:${'0a'.repeat(32)}`,
  ),
  Plus1EgressRule: document('Plus1EgressRule', `${COMMON}\nendpoints: ['packages.example.com:443']`),
  Plus1Incident: document(
    'Plus1Incident',
    `${COMMON}\ntitle: A token leaked\nseverity: High\nisolate:\n  repositories: [pay-api]`,
  ),
  Plus1Rollout: document('Plus1Rollout', `${COMMON}\nrules: [{ type: required_signatures }]\nfirst: [sandbox-api]`),
};

describe('validate, documents of our own kinds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plus1-validate-objects-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const validate = (text: string, ...args: string[]): Promise<Outcome> => {
    writeFileSync(join(folder, 'a.yaml'), text);
    return runCommand(validateCommand, ['a.yaml', ...args], { cwd: folder });
  };

  for (const [kind, text] of Object.entries(VALID))
    it(`takes a valid ${kind}, and names an unknown field of it where it stands`, async () => {
      const good = await validate(text);
      expect([good.code, good.stderr, good.stdout]).to.deep.equal([0, '', 'a.yaml: valid_object\n']);
      const bad = await validate(`${text}  colour: red\n`);
      const line = text.split('\n').length;
      expect(bad.code).to.equal(1);
      expect(bad.stdout).to.contain(
        `a.yaml:${line}:3: error object-field: found spec.colour unknown field, expected only the fields of v1alpha1`,
      );
    });

  it('names each fault of several documents, at the innermost field that is there', async () => {
    const rule = VALID['Plus1EgressRule']?.replace('packages.example.com:443', 'Packages.example.com') ?? '';
    const { stdout, code } = await validate(
      `${VALID['Plus1Policy']}---\n${rule}---\n${document('Plus1Rollot', 'a: b')}`,
    );
    expect(code).to.equal(1);
    const lines = stdout.split('\n');
    expect(lines[0]).to.equal('a.yaml: invalid_object');
    expect(lines[1]).to.match(
      /^a\.yaml:17:15: error object-field: found spec\.endpoints\.0 "Packages\.example\.com", expected /,
    );
    expect(lines[2]).to.match(
      /^a\.yaml:20:1: error object-field: found kind "Plus1Rollot", expected one of Plus1Policy, /,
    );
  });

  it('says where YAML is broken, as JSON and as annotations too', async () => {
    const text = `${VALID['Plus1EgressRule']}  endpoints: [\n`;
    const json = JSON.parse((await validate(text, '--json')).stdout) as {
      results: { status: string; findings: { line: number }[] }[];
    };
    expect(json.results[0]?.status).to.equal('invalid_object');
    const github = await validate(text, '--format', 'github');
    expect(github.stdout).to.match(/^::error file=a\.yaml,line=\d+,col=\d+,title=plus1%3A object-unreadable::/);
  });

  it('judges every other file as a catalogue file', async () => {
    const { stdout } = await validate(
      'apiVersion: v3\nkind: service\nmetadata:\n  name: a\nspec:\n  lifecycle: production\n',
    );
    expect(stdout).to.equal('a.yaml: valid_production ("production")\n');
  });
});
