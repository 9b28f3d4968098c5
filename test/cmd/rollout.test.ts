/** `plus1 rollout` from outside: what a pass kept of rollouts, what is asked of GitHub, and the switches in files. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import { rolloutCommand } from '../../cmd/plus1/rollout.js';
import { validateCommand } from '../../cmd/plus1/validate.js';
import type { Rollout, RolloutStatus } from '../../pkg/api/index.js';
import { town } from '../builders.js';
import { startGitHub, type GitHubSimulator } from '../fakes/github/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runCommand, type Outcome } from './command.js';
import { keepInput, type Kept } from './kept-input.js';

const RULE = { type: 'required_signatures' };
const SPEC = {
  ...{ policyRef: { name: 'acme' }, rules: [RULE], first: ['sandbox'], owner: 'security' },
  reason: 'Commits are signed from spring on',
};
const IMPACT: NonNullable<RolloutStatus['impact']> = {
  ...{ time: '2025-03-15T10:00:00Z', repositories: 3, wouldBlock: 1, inForce: 1, unknown: 1 },
  ...{ blocking: [{ id: 7, name: 'pay-api', failed: 2 }], settled: [8] },
};
const STATUS: RolloutStatus = {
  ...{ observedGeneration: 1, stage: 1, impact: IMPACT },
  conditions: [
    {
      ...{
        type: 'Progressing',
        status: 'True',
        reason: 'StageRunning',
        message: 'stage 1 of 4: \u202e5 % in Evaluate',
      },
      ...{ observedGeneration: 1, lastTransitionTime: '2025-03-15T11:00:00Z' },
    },
  ],
};
const TEXT = `# Of the team
${stringify({ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Rollout', metadata: { name: 'signed' }, spec: SPEC })}`;
const other = (name: string, namespace?: string): string =>
  TEXT.replace('name: signed', namespace === undefined ? `name: ${name}` : `name: ${name}\n  namespace: ${namespace}`);

describe('plus1 rollout', () => {
  let state: string;
  let policies: string;
  beforeEach(() => {
    [state, policies] = [temporaryFolder(), temporaryFolder()];
  });
  const keep = (given: Partial<Kept> = {}): Promise<void> =>
    keepInput(state, { kind: 'Plus1Rollout', name: 'signed', spec: SPEC, status: STATUS, ...given });
  const run = (args: string[], env: Record<string, string> = {}): Promise<Outcome> =>
    runCommand(rolloutCommand, [...args, '--state', state], { cwd: policies, env });
  const put = (text: string, name = 'signed.yaml'): string => {
    writeFileSync(join(policies, name), text);
    return join(policies, name);
  };

  describe('status', () => {
    it('says so where there are none, in each format', async () => {
      for (const folder of [state, join(state, 'nowhere')]) {
        const asked = { cwd: state };
        const { code, stdout, stderr } = await runCommand(rolloutCommand, ['status', '--state', folder], asked);
        expect([code, stdout, stderr]).to.deep.equal([0, '', 'No rollouts found.\n']);
      }
      expect(JSON.parse((await run(['status', '-o', 'json'])).stdout)).to.deep.equal({ items: [] });
      expect(parse((await run(['status', '-o', 'yaml'])).stdout)).to.deep.equal({ items: [] });
    });

    it('prints a page each, by namespace and name, and nothing that a terminal acts on', async () => {
      await keep({ namespace: 'team' });
      await keep({ name: 'older', status: {} });
      const { code, stdout, stderr } = await run(['status']);
      expect([code, stderr]).to.deep.equal([0, '']);
      expect([...stdout.matchAll(/^Rollout: +(.*)$/gm)].map(([, name]) => name)).to.deep.equal([
        ...['default/older', 'team/signed'],
      ]);
      expect(stdout)
        .to.include('\\u202e5 % in Evaluate')
        .and.match(/^Impact: +1 of 3 would block, 1 unknown$/m);
      expect(stdout.replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}]/u);
    });

    it('prints whole objects as JSON and YAML, the same each time', async () => {
      await keep({ spec: { ...SPEC, owner: 'off', reason: '2025-03-14 0o17' } });
      const json = await run(['status', 'signed', '-o', 'json']);
      expect(json.code).to.equal(0);
      const object = JSON.parse(json.stdout) as Rollout;
      expect(object).to.have.nested.property('metadata.name', 'signed');
      expect(object.status).to.deep.equal(STATUS);
      expect(json.stdout).to.not.include('\u202e');
      const yaml = await run(['status', 'signed', '-o', 'yaml']);
      for (const version of ['1.1', '1.2'] as const) expect(parse(yaml.stdout, { version })).to.deep.equal(object);
      expect((await run(['status', 'signed', '-o', 'yaml'])).stdout).to.equal(yaml.stdout);
      await keep({ namespace: 'team' });
      const both = JSON.parse((await run(['status', 'signed', '-o', 'json'])).stdout) as { items: object[] };
      expect(both.items).to.have.length(2);
      expect(JSON.parse((await run(['status', 'team/signed', '-o', 'json'])).stdout)).to.not.have.property('items');
    });

    it('shows one that is wrong as it is kept', async () => {
      await keep({ spec: { stages: 'none\u0007' }, status: {} });
      const { code, stdout } = await run(['status', 'signed']);
      expect([code, /^Stage: +0$/m.test(stdout)]).to.deep.equal([0, true]);
      expect(JSON.parse((await run(['status', 'signed', '-o', 'json'])).stdout)).to.have.nested.property('spec.stages');
    });
  });

  describe('names', () => {
    const one: string[][] = [
      ...['pause', 'resume', 'abort'].map((word) => [word, '--policies', '.']),
      ...[['impact'], ['fold', '--org', 'acme', '--token', 'ghp_x']],
    ];
    for (const [word = '', ...flags] of one)
      it(`${word} tells one that is not known, and one of several namespaces`, async () => {
        const none = await run([word, 'no\u202ebody', ...flags]);
        expect([none.code, none.stdout]).to.deep.equal([1, '']);
        expect(none.stderr).to.match(
          /^PLUS1_NOT_KNOWN: there is no rollout "no\\u202ebody" that a pass has seen[^\n]*\n$/,
        );
        await keep();
        await keep({ namespace: 'team' });
        const both = await run([word, 'signed', ...flags]);
        expect([both.code, both.stdout]).to.deep.equal([2, '']);
        expect(both.stderr).to.match(
          /^PLUS1_USAGE: several namespaces have a rollout signed\. Fix: name the namespace too\.\n$/,
        );
      });

    const wrong: string[][] = [
      ...[['pause', 'signed'], ['pause'], ['pause', 'a', 'b', '--policies', '.'], ['pause', 'a', '--policies', '']],
      ...[
        ['status', 'a', 'b'],
        ['status', '-o', 'text'],
        ['impact'],
        ['impact', 'a', '--format', 'csv'],
        ['fold'],
        ['start'],
      ],
    ];
    for (const args of wrong)
      it(`is told wrong usage of ${args.join(' ')}`, async () => {
        const { code, stdout, stderr } = await runCommand(rolloutCommand, args, { cwd: state });
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr).to.match(/^PLUS1_USAGE: [^\n]*\n$/);
      });
  });

  describe('impact', () => {
    it('of one that a pass has seen is what that pass found out', async () => {
      await keep();
      const { code, stdout } = await run(['impact', 'signed']);
      expect(code).to.equal(0);
      expect(stdout)
        .to.match(
          /^3 repositories are reached: 1 would block, in 1 .* of 1 nobody knows; as of 2025-03-15T10:00:00Z\.\n/,
        )
        .and.match(/^pay-api +wouldBlock +2$/m);
      expect(JSON.parse((await run(['impact', 'signed', '--format', 'json'])).stdout)).to.deep.equal(IMPACT);
      await keep({ status: { ...STATUS, impact: { ...IMPACT, repositories: 1 } } });
      expect((await run(['impact', 'signed'])).stdout).to.match(/^1 repository is reached: /);
      await keep({ status: {} });
      const none = await run(['impact', 'default/signed']);
      expect([none.code, none.stdout]).to.deep.equal([1, '']);
      expect(none.stderr).to.include('PLUS1_NOT_KNOWN: nothing is known yet of the impact of default/signed');
    });

    it('of a file that is not there says so, and of a folder', async () => {
      for (const file of [join(policies, 'sigend.yaml'), policies]) {
        const { code, stdout, stderr } = await run(['impact', file, '--org', 'acme']);
        expect([code, stdout]).to.deep.equal([1, '']);
        expect(stderr).to.match(
          /^PLUS1_NOT_KNOWN: there is no rollout ".*, and no such file\. Fix: name a file with one Plus1Rollout, or /,
        );
      }
    });

    const files: [what: string, text: string, says: RegExp][] = [
      ['is empty', '', /exactly one Plus1Rollout, as YAML/],
      ['has two', `${TEXT}---\n${TEXT}`, /exactly one Plus1Rollout/],
      ['is broken', TEXT.replace('spec:', 'spec: ['), /exactly one Plus1Rollout/],
      ['has a key twice', TEXT.replace('  owner', '  owner: x\n  owner'), /exactly one Plus1Rollout/],
      [
        'is of another kind',
        TEXT.replace('Plus1Rollout', 'Plus1Incident'),
        /kind: found "Plus1Incident", allowed: Plus1Rollout/,
      ],
      ['has no rules', TEXT.replace(/ {2}rules:\n.*\n/, '  rules: []\n'), /spec\.rules: .*1 to 64 rules/],
      ['is larger than a policy may be', `${TEXT}#${'x'.repeat(1_048_576)}`, /larger than 1048576 bytes/],
    ];
    for (const [what, text, says] of files)
      it(`refuses a file that ${what}, before it asks anybody`, async () => {
        const { code, stdout, stderr } = await run(['impact', put(text), '--org', 'acme']);
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr)
          .to.match(says)
          .and.match(/^PLUS1_[A-Z_]+: [^\n]*\n$/);
      });
  });

  describe('on GitHub', () => {
    let github: GitHubSimulator;
    before(async () => {
      const acme = town({ members: 3 });
      acme.plan = 'enterprise';
      github = await startGitHub({ organizations: [acme] });
    });
    after(() => github.close());
    const ask = (...args: string[]): Promise<Outcome> =>
      run(args, {
        GITHUB_API_URL: github.apiURL,
        GITHUB_TOKEN: 'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
        HOME: state,
        RETRY_DELAY: '1',
      });

    it('impact of a file says what is known, in text and JSON, and writes nothing', async () => {
      const file = put(TEXT);
      const { code, stdout, stderr } = await ask('impact', file, '--org', 'acme');
      expect([code, stderr]).to.deep.equal([0, '']);
      expect(stdout).to.match(/^3 repositories are reached: 0 would block, in 0 .* of 3 nobody knows\.\n/);
      const json = JSON.parse((await ask('impact', file, '--org', 'acme', '--format', 'json')).stdout) as {
        rows: object[];
      };
      expect(json.rows).to.have.length(3);
      expect(github.counts().writes).to.equal(0);
    });

    it('impact and fold tell a ruleset that is not there, and a credential that is missing', async () => {
      await keep();
      const file = put(TEXT);
      for (const args of [
        ['impact', file],
        ['fold', 'signed'],
      ]) {
        const none = await ask(...args, '--org', 'acme', '--ruleset', 'nowhere');
        expect([none.code, none.stdout]).to.deep.equal([1, '']);
        expect(none.stderr).to.match(/^PLUS1_RULESET_NOT_FOUND: /);
        const nobody = await run([...args, '--org', 'acme'], { HOME: state });
        expect([nobody.code, nobody.stdout]).to.deep.equal([2, '']);
        expect(nobody.stderr).to.match(/^PLUS1_TOKEN_MISSING: /);
        expect((await ask(...args)).code, 'without an organization').to.equal(2);
      }
    });

    it('fold prints a ruleset that GitHub would take, and what is not proved yet', async () => {
      await keep();
      const open = await ask('fold', 'signed', '--org', 'acme');
      expect([open.code, open.stderr]).to.deep.equal([
        0,
        'signed is not completed yet: not every stage has proved its rules.\n',
      ]);
      expect((JSON.parse(open.stdout) as { rules: object[] }).rules).to.deep.include(RULE);
      await keep({ status: { ...STATUS, end: 'Completed' } });
      expect(await ask('fold', 'signed', '--org', 'acme')).to.deep.equal({ ...open, stderr: '' });
    });
  });

  describe('pause, resume and abort', () => {
    const set = (word: string, ...more: string[]): Promise<Outcome> =>
      run([word, 'signed', '--policies', policies, ...more]);
    const text = (name = 'signed.yaml'): string => readFileSync(join(policies, name), 'utf8');
    beforeEach(() => keep());

    it('set one line, say so, and end with 1 where the file says so already', async () => {
      const path = put(TEXT);
      for (const [word, field, value, after] of [
        ['pause', 'paused', true, TEXT.replace('spec:\n', 'spec:\n  paused: true\n')],
        ['resume', 'paused', false, TEXT.replace('spec:\n', 'spec:\n  paused: false\n')],
        ['abort', 'abort', true, TEXT.replace('spec:\n', 'spec:\n  abort: true\n  paused: false\n')],
      ] as const) {
        const { code, stdout, stderr } = await set(word);
        expect([code, stdout, stderr]).to.deep.equal([
          0,
          `${path}: spec.${field} is ${value}; the next pass of its policy sees it\n`,
          '',
        ]);
        expect(text()).to.equal(after);
        expect((await runCommand(validateCommand, [path], { cwd: policies })).code).to.equal(0);
        const again = await set(word);
        expect([again.code, again.stdout]).to.deep.equal([1, '']);
        expect(again.stderr).to.equal(`${path} says spec.${field}: ${value} already.\n`);
        expect(text()).to.equal(after);
      }
      put(TEXT);
      expect((await set('resume')).code, 'of one that was never paused').to.equal(1);
    });

    it('leave comments, other documents, line ends and the byte order mark as they are', async () => {
      const all = `\ufeff${other('signed', 'team')}--- # ours\n${TEXT.replace('  owner', '  # who\n  owner')}---\n${other('last')}`;
      for (const content of [all, all.replaceAll('\n', '\r\n')]) {
        put(content);
        expect((await set('pause')).code).to.equal(0);
        const end = content.includes('\r') ? '\r\n' : '\n';
        const parts = content.split(/^(?=---)/m);
        parts[1] = parts[1]?.replace(`spec:${end}`, `spec:${end}  paused: true${end}`) ?? '';
        expect(text()).to.equal(parts.join(''));
      }
    });

    it('write to the target of a link, with its mode', async () => {
      const real = join(temporaryFolder(), 'real.yaml');
      writeFileSync(real, TEXT);
      chmodSync(real, 0o640);
      symlinkSync(real, join(policies, 'signed.yaml'));
      expect((await set('pause')).code).to.equal(0);
      expect(lstatSync(join(policies, 'signed.yaml')).isSymbolicLink()).to.equal(true);
      expect(parse(readFileSync(real, 'utf8'))).to.have.nested.property('spec.paused', true);
      expect(statSync(real).mode & 0o777).to.equal(0o640);
    });

    it('tell a folder without the file, a file that cannot be read, and a name that leads out of the folder', async () => {
      const gone =
        /^PLUS1_FILE_UNREADABLE: cannot read \S+signed\.yaml, which declares default\/signed: .*Fix: name the policies folder/;
      const none = await set('pause');
      expect([none.code, none.stdout]).to.deep.equal([2, '']);
      expect(none.stderr).to.match(gone);
      mkdirSync(join(policies, 'signed.yaml'));
      expect((await set('pause')).stderr).to.match(gone);
      await keep({ file: '../signed.yaml' });
      expect((await set('pause')).stderr).to.match(/^PLUS1_USAGE: .* is no name of a file of/);
    });

    it('tell a file that declares it no more, and one whose form they cannot keep, and change neither', async () => {
      for (const content of ['', other('last'), other('signed', 'team'), TEXT.replace('Rollout', 'Incident')]) {
        put(content);
        const { code, stderr } = await set('abort');
        expect([code, text()]).to.deep.equal([2, content]);
        expect(stderr).to.match(/^PLUS1_USAGE: \S+signed\.yaml does not declare default\/signed any more\. Fix: /);
      }
      for (const content of [JSON.stringify(parse(TEXT)), TEXT.replace('spec:\n', 'spec:\n  abort: no\n')]) {
        put(content);
        const { code, stderr } = await set('abort');
        expect([code, text()]).to.deep.equal([2, content]);
        expect(stderr).to.match(
          /spec\.abort cannot be set without changing the rest of the file\. Fix: set spec\.abort: true in that file/,
        );
      }
    });
  });
});
