/** What a migration does with one file: fields to their places, comments with them, and a reason where there is no result. */
import { expect } from 'chai';
import { migrate, MIGRATION_RULES, type Migration } from '../../../pkg/catalog/index.js';
import { HOSTILE } from '../hostile-inputs.js';
import { sampleOf } from '../../sample.js';
import { entity, PATH, SETTINGS } from '../build.js';

const run = (content: string | Uint8Array, lifecycle?: string): Migration =>
  migrate(
    { path: PATH, state: 'present', content },
    { ...SETTINGS, ...(lifecycle === undefined ? {} : { lifecycle }) },
  );

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');
const HEAD = ['schema-version: v2.2', 'dd-service: shop'] as const;
const says = ({ notes }: Migration): string[] => notes.map(({ line, says: text }) => `${line}: ${text}`);
const reasons = ({ refusals }: Migration): string[] => refusals.map(({ line, says: text }) => `${line}: ${text}`);

describe('a migration', () => {
  const moves: { reason: string; from: string[]; to: string[] }[] = [
    {
      reason: 'the fields of v2.2',
      from: [
        ...HEAD,
        'team: payments',
        'description: sells',
        'tier: "1"',
        'lifecycle: production',
        'type: web',
        'languages: [go]',
        'tags: [a:b]',
        'ci-pipeline-fingerprints: [x]',
        'extensions: {k: v}',
      ],
      to: [
        'apiVersion: v3',
        'kind: service',
        'metadata:',
        '  name: shop',
        '  owner: payments',
        '  description: sells',
        '  tags: [a:b]',
        'spec:',
        '  tier: "1"',
        '  lifecycle: production',
        '  type: web',
        '  languages: [go]',
        'datadog:',
        '  pipelines:',
        '    fingerprints: [x]',
        'extensions: {k: v}',
      ],
    },
    {
      reason: 'repos and docs behind links, with their comments',
      from: [
        'schema-version: v2',
        'dd-service: shop',
        'repos: # code',
        '  - name: a',
        '    url: u',
        'links:',
        '  - name: l',
        '    type: wiki',
        '    url: u',
        '# papers',
        'docs:',
        '  - name: d',
        '    url: u',
      ],
      to: [
        'apiVersion: v3',
        'kind: service',
        'metadata:',
        '  name: shop',
        '  links:',
        '    - name: l',
        '      type: wiki',
        '      url: u',
        '    # code',
        '    - name: a',
        '      type: repo',
        '      url: u',
        '    # papers',
        '    - name: d',
        '      type: doc',
        '      url: u',
      ],
    },
    {
      reason: 'the pagerduty text of v2, and service-url of later ones',
      from: [
        'schema-version: v2',
        'dd-service: shop',
        'integrations:',
        '  pagerduty: https://p # on call',
        '  opsgenie:',
        '    service-url: https://o',
        '    region: EU',
      ],
      to: [
        'apiVersion: v3',
        'kind: service',
        'metadata:',
        '  name: shop',
        'integrations:',
        '  pagerduty:',
        '    serviceURL: https://p # on call',
        '  opsgenie:',
        '    serviceURL: https://o',
        '    region: EU',
      ],
    },
    {
      reason: 'texts as they are written',
      from: [
        ...HEAD,
        "description: 'it''s'",
        'tier: 1.10',
        'tags: [yes, ~, 0x1f, 2024-01-01]',
        'contacts: []',
        'links:',
      ],
      to: [
        'apiVersion: v3',
        'kind: service',
        'metadata:',
        '  name: shop',
        "  description: 'it''s'",
        '  tags: [yes, ~, 0x1f, 2024-01-01]',
        '  contacts: []',
        '  links:',
        'spec:',
        '  tier: 1.10',
      ],
    },
    {
      reason: 'a definition without a version, of which Datadog takes the first',
      from: ['dd-service: shop', 'lifecycle: dev'],
      to: ['apiVersion: v3', 'kind: service', 'metadata:', '  name: shop', 'spec:', '  lifecycle: dev'],
    },
    {
      reason: 'a file that is half migrated',
      from: ['apiVersion: v2.2', 'kind: queue', 'dd-service: shop', 'team: a', 'metadata:', '  owner: b'],
      to: ['apiVersion: v3', 'kind: queue', 'metadata:', '  owner: b', '  name: shop', 'extensions:', '  team: a'],
    },
  ];
  for (const { reason, from, to } of moves)
    it(`moves ${reason}`, () => expect(run(lines(...from)).after).to.equal(lines(...to)));

  it('writes as its owner does: indentation, lists at the margin, CRLF, no line end at the end', () => {
    const from = 'schema-version: v2\r\ndd-service: shop\r\ntags:\r\n- a';
    const to = ['apiVersion: v3', 'kind: service', 'metadata:', '  name: shop', '  tags:', '  - a', ''];
    expect(run(from).after).to.equal(to.join('\r\n'));
    const wide = lines(...HEAD, 'extensions:', '    x:', '        y: 1');
    expect(run(wide).after).to.include('metadata:\n    name: shop\nextensions:\n    x:\n        y: 1\n');
  });

  it('keeps a byte order mark for the code that writes the file', () => {
    const { bom, after } = run(`\ufeff${lines(...HEAD)}`);
    expect(bom).to.equal(true);
    expect(after).to.match(/^apiVersion/);
  });

  it('leaves the other documents of a file as they are, byte for byte', () => {
    const odd = 'apiVersion:   v3\nkind: service\nmetadata: {name:   x}\nspec: {lifecycle:   production}\n';
    const { after } = run(`${odd}--- # two\n${lines(...HEAD)}---\n${odd}---\n`);
    expect(after.startsWith(odd)).to.equal(true);
    expect(after.endsWith(`---\n${odd}---\n`)).to.equal(true);
    expect(after).to.include('# two').and.include('name: shop');
  });

  it('keeps a header of more comment lines than the judge looks at', () => {
    const header = Array.from({ length: 400 }, (_, index) => `# line ${index}`);
    expect(run(lines(...header, ...HEAD)).after.startsWith(lines(...header))).to.equal(true);
  });

  it('keeps a comment between two documents once, at either of them', () => {
    const one = entity('dev');
    const two = lines(...HEAD);
    for (const [first, second] of [
      [one, two],
      [two, one],
      [two, two],
    ]) {
      const { after } = run(`${first}...\n# between\n---\n${second}`);
      expect(after.split('# between')).to.have.length(2);
    }
  });

  it('keeps the comments below a list above what is added to it, and drops a key that states nothing', () => {
    const links = ['links:', '  - name: x', '    url: u', '  # end', 'repos:', 'docs:', '  - name: d', '    url: u'];
    const { after, notes } = run(lines(...HEAD, ...links));
    expect(after).to.include('      url: u\n    # end\n    - name: d\n');
    expect(after).to.not.include('repos');
    expect(notes).to.deep.equal([]);
  });

  it('keeps the quotes of JSON', () => {
    const { after } = run('{"schema-version": "v2", "dd-service": "shop", "lifecycle": "production"}\n');
    expect(JSON.parse(after)).to.deep.equal({
      apiVersion: 'v3',
      kind: 'service',
      metadata: { name: 'shop' },
      spec: { lifecycle: 'production' },
    });
  });

  it('keeps and lists what v3 has no place for', () => {
    const { after, notes } = run(lines(...HEAD, 'foo: [1, 2]', 'extensions:', '  foo: mine'));
    expect(after).to.include('extensions:\n  foo: mine\n  v2-foo: [1, 2]\n');
    expect(notes).to.deep.equal([
      { line: 3, column: 1, says: '"foo" has no place in v3, and is kept below extensions as "v2-foo"' },
    ]);
  });

  it('lists an application, which becomes a reference to a system', () => {
    const migration = run(lines(...HEAD, 'application: mall # all shops'));
    expect(migration.after).to.include('spec:\n  componentOf:\n    - system:mall # all shops\n');
    expect(says(migration)).to.have.length(1);
    expect(says(migration)[0]).to.match(/^3: application "mall" is now spec\.componentOf "system:mall"/);
  });

  it('names both teams where dd-team differs from team', () => {
    const migration = run(lines('schema-version: v2', 'dd-service: shop', 'dd-team: b', 'team: a'));
    expect(migration.after).to.include('  owner: a\n').and.include('  additionalOwners:\n    - name: b\n');
    expect(run(lines('schema-version: v2', 'dd-service: shop', 'dd-team: b')).after).to.include('  owner: b\n');
  });

  describe('with a lifecycle given', () => {
    it('writes it where there is none or an empty one, and nowhere else', () => {
      expect(run(lines(...HEAD), 'staging').after).to.include('spec:\n  lifecycle: staging\n');
      expect(run(lines(...HEAD, 'lifecycle: "" # later'), 'staging').after).to.include('lifecycle: staging # later\n');
      expect(run(lines(...HEAD, 'lifecycle: production'), 'staging').after).to.include('lifecycle: production\n');
    });

    it('quotes what other readers would take for something else', () => {
      for (const value of ['true', 'no', '12', '~', 'a: b', '# x'])
        expect(run(lines(...HEAD), value).verdict.lifecycles, value).to.deep.equal([value]);
      expect(run(lines(...HEAD), 'no').after).to.include('lifecycle: "no"\n');
    });

    it('writes it into entities of v3 only where no document speaks', () => {
      const silent = entity(undefined, 'quiet');
      expect(run(silent, 'dev').after).to.equal(`${silent}spec:\n  lifecycle: dev\n`);
      expect(run(`${entity('production')}---\n${silent}`, 'dev').after).to.equal(
        `${entity('production')}---\n${silent}`,
      );
    });
  });

  describe('of aliases', () => {
    it('keeps those that still stand below their anchors', () => {
      expect(run(lines(...HEAD, 'team: &t a', 'contacts: [{type: *t, contact: b}]')).after).to.include('type: *t');
    });

    it('writes out those that would stand above', () => {
      const { after, verdict } = run(lines(...HEAD, 'lifecycle: &l production', 'tags: [*l]'));
      expect(after).to.include('tags: [production]').and.include('lifecycle: &l production');
      expect(verdict.status).to.equal('valid_production');
    });

    it('writes out those whose anchor has another value by then', () => {
      const { after } = run(lines(...HEAD, 'tier: &a one', 'team: *a', 'description: &a two', 'type: *a'));
      expect(after).to.include('owner: one').and.include('type: two');
    });
  });

  describe('of what was meant as v3', () => {
    const near: { reason: string; text: string; after: string }[] = [
      {
        reason: 'schema-version: v3',
        text: entity('dev').replace('apiVersion: v3', 'schema-version: v3 # here'),
        after: entity('dev').replace('v3', 'v3 # here'),
      },
      { reason: 'a version 3', text: entity('dev').replace('v3', '"3"'), after: entity('dev') },
      { reason: 'a version V3', text: entity('dev').replace('v3', 'V3'), after: entity('dev') },
      { reason: 'a version v3.1', text: entity('dev').replace('v3', 'v3.1'), after: entity('dev') },
      { reason: 'an older version on an entity', text: entity('dev').replace('v3', 'v2.2'), after: entity('dev') },
      { reason: 'no version on an entity', text: entity('dev').replace('apiVersion: v3\n', ''), after: entity('dev') },
      { reason: 'apiversion', text: entity('dev').replace('apiVersion', 'apiversion'), after: entity('dev') },
      { reason: 'kink', text: entity('dev').replace('kind', 'kink'), after: entity('dev') },
      { reason: 'metdata', text: entity('dev').replace('metadata', 'metdata'), after: entity('dev') },
      { reason: 'specs', text: entity('dev').replace('spec:', 'specs:'), after: entity('dev') },
      { reason: 'lifecylce', text: entity('dev').replace('lifecycle', 'lifecylce'), after: entity('dev') },
      { reason: 'a lifecycle at the top level', text: `${entity()}lifecycle: dev\n`, after: entity('dev') },
      { reason: 'a lifecycle below metadata', text: `${entity()}  lifecycle: dev\n`, after: entity('dev') },
      {
        reason: 'dd-service for the name',
        text: entity('dev').replace('metadata:\n  name: shop', 'dd-service: shop'),
        after: lines('apiVersion: v3', 'kind: service', 'spec:', '  lifecycle: dev', 'metadata:', '  name: shop'),
      },
    ];
    for (const { reason, text, after } of near) {
      it(`puts right ${reason}, and says so`, () => {
        const migration = run(text);
        expect(migration.after).to.equal(after);
        expect(migration.notes).to.have.length(1);
        expect(run(after).after).to.equal(after);
      });
    }

    it('leaves what is only unusual as it is', () => {
      const unusual = `${entity('dev')}  owner: x\nfoo: 1\nlifecycle: production\n`;
      expect(run(unusual).after).to.equal(unusual);
    });
  });

  describe('has no result, and says why', () => {
    const refused: { reason: string; text: string; says: RegExp }[] = [
      { reason: 'no dd-service', text: 'schema-version: v2\nteam: a\n', says: /^1: no dd-service/ },
      {
        reason: 'a list as dd-service',
        text: 'schema-version: v2\ndd-service: [a]\n',
        says: /^2: dd-service is no text/,
      },
      { reason: 'the schema v1', text: 'schema-version: v1\ninfo: {dd-service: a}\n', says: /^1: .*v1.*not migrated/ },
      { reason: 'the schema v1 without its mark', text: 'info:\n  dd-service: a\n', says: /^1: .*v1/ },
      { reason: 'another format', text: 'apiVersion: backstage.io/v1alpha1\nkind: Component\n', says: /"backstage.io/ },
      { reason: 'a list', text: '- a\n', says: /^1: .*no mapping/ },
      { reason: 'a merge key', text: lines('dd-service: a', '<<: {team: b}'), says: /^2: a merge key/ },
      {
        reason: 'a key that is a list',
        text: lines('dd-service: a', '? [b]', ': c'),
        says: /^2: a key that is a list/,
      },
      {
        reason: 'a list as lifecycle',
        text: lines(...HEAD, 'lifecycle: [a, b]'),
        says: /invalid_schema: found a list/,
      },
      {
        reason: 'comments without end, each of which would have to be written again',
        text: `${lines(...HEAD)}${'# x\n'.repeat(2_001)}team: a\n`,
        says: /more than 2,?000 lines of comments or blanks in a row/,
      },
      {
        reason: 'a second document of another kind',
        text: `${lines(...HEAD)}---\nfoo: bar\n`,
        says: /^4: no version/,
      },
    ];
    for (const { reason, text, says: expected } of refused) {
      it(`of ${reason}`, () => {
        const migration = run(text);
        expect(reasons(migration)[0]).to.match(expected);
        expect(migration.after).to.equal(migration.before);
      });
    }

    const broken: { reason: string; text: string | Uint8Array; code: string }[] = [
      { reason: 'tabs', text: 'schema-version: v2\ndd-service: a\nextensions:\n\tb: 1\n', code: 'yaml-indentation' },
      { reason: 'a key that is said twice', text: lines(...HEAD, 'team: a', 'team: b'), code: 'duplicate-key' },
      { reason: 'an alias to nothing', text: lines(...HEAD, 'team: *a'), code: 'alias-unresolved' },
      { reason: 'an alias that contains itself', text: lines(...HEAD, 'extensions: &e {a: *e}'), code: 'alias-limit' },
      { reason: 'control characters', text: lines(...HEAD, 'team: "\u001b[2J"'), code: 'control-character' },
      { reason: 'bytes that are no UTF-8', text: Buffer.from([0x61, 0xff]), code: 'file-not-utf8' },
      { reason: 'NUL bytes', text: Buffer.from([0x61, 0]), code: 'file-binary' },
      { reason: 'levels without end', text: `${lines(...HEAD)}extensions: ${'['.repeat(5_000)}`, code: 'too-costly' },
      { reason: 'a file over the limit', text: 'a'.repeat(600_000), code: 'file-too-large' },
    ];
    for (const { reason, text, code } of broken) {
      it(`of ${reason}, in the words of validate`, () => {
        const { verdict, after, before } = run(text);
        expect(verdict.reasons.map((each) => each.code)).to.include(code);
        expect(after).to.equal(before);
      });
    }
  });

  for (const [kind, make] of Object.entries(HOSTILE)) {
    it(`ends on ${kind}`, () => {
      for (const head of sampleOf(['', lines(...HEAD), `${lines(...HEAD)}---\n`], 1, kind)) {
        const { before, after } = run(head + make(8_000));
        if (after !== before) expect(run(after).after).to.equal(after);
      }
    });
  }

  it('has one rule for each key', () => {
    expect(new Set(MIGRATION_RULES.map(({ from }) => from)).size).to.equal(MIGRATION_RULES.length);
  });
});
