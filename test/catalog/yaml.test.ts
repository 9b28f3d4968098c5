/** How a text becomes documents: YAML 1.2, every scalar a string, nothing that a reader could take in two ways. */
import { expect } from 'chai';
import { codes, entity, reasonOf, stream, verdictOn } from './build.js';

describe('reading YAML', () => {
  const harmless: { reason: string; text: string }[] = [
    { reason: 'CRLF line ends', text: entity('production').replaceAll('\n', '\r\n') },
    { reason: 'lone CR line ends, which YAML 1.2 allows', text: entity('production').replaceAll('\n', '\r') },
    { reason: 'a byte order mark at the start', text: `\ufeff${entity('production')}` },
    { reason: 'a trailing document marker', text: `${entity('production')}---\n` },
    { reason: 'doubled document markers', text: `---\n---\n${entity('production')}` },
    { reason: 'a comment-only document first', text: `# owner: team\n---\n${entity('production')}` },
    { reason: 'a document end marker', text: `${entity('production')}...\n` },
    {
      reason: 'JSON style with a trailing comma',
      text: '{"apiVersion": "v3", "kind": "service", "metadata": {"name": "a"}, "spec": {"lifecycle": "production",},}',
    },
    { reason: 'quotes', text: entity('"production"') },
    { reason: 'a block scalar with its line break', text: entity('|\n    production') },
    { reason: 'a folded scalar kept with +', text: entity('>+\n    production\n\n') },
    { reason: 'a comment after the value', text: entity('production # since May') },
    { reason: 'blanks and tabs inside the quotes', text: entity('"  production\\t"') },
    {
      reason: 'an anchor and an alias',
      text: `apiVersion: v3\nkind: service\nmetadata:\n  name: &x production\nspec:\n  lifecycle: *x\n`,
    },
    {
      reason: 'an alias for the whole spec',
      text: `apiVersion: v3\nkind: service\nmetadata: {name: a}\nextensions: {x: &s {lifecycle: production}}\nspec: *s\n`,
    },
    {
      reason: 'an explicit key',
      text: 'apiVersion: v3\nkind: service\nmetadata: {name: a}\n? spec\n: {lifecycle: production}\n',
    },
    {
      reason: 'a key called __proto__',
      text: `__proto__:\n  spec: {lifecycle: dev}\nconstructor: x\n${entity('production')}`,
    },
    {
      reason: 'trailing blanks of plain scalars',
      text: 'apiVersion: v3  \nkind: service \nmetadata:\n  name: a\nspec:\n  lifecycle: production   \n',
    },
    { reason: 'an indented document', text: entity('production').replace(/^/gm, '  ').trimEnd() },
    { reason: 'the directive %YAML 1.2', text: `%YAML 1.2\n---\n${entity('production')}` },
  ];
  for (const { reason, text } of harmless) {
    it(`finds production with ${reason}`, () => expect(verdictOn(text).status).to.equal('valid_production'));
  }

  const tags: { reason: string; value: string }[] = [
    { reason: 'a tag of YAML', value: '!!str production' },
    { reason: 'a wrong tag of YAML', value: '!!int production' },
    { reason: 'a local tag', value: '!env production' },
    { reason: 'a tag that other readers execute', value: '!!js/function production' },
    { reason: 'a tag with an unknown handle', value: '!a!b production' },
    { reason: 'a verbatim tag with the name of a property of objects', value: '!<constructor> production' },
  ];
  for (const { reason, value } of tags) {
    it(`lets ${reason} change nothing`, () => {
      const verdict = verdictOn(entity(value));
      expect(verdict.status).to.equal('valid_production');
      expect(verdict.reasons.every((one) => one.severity === 'warning')).to.equal(true);
    });
  }

  it('takes a tagged null for no value and warns of the tag', () => {
    const verdict = verdictOn(entity('!env null'));
    expect(verdict.status).to.equal('missing_lifecycle');
    expect(reasonOf(verdict, 'tag-ignored')).to.include({ line: 6, column: 14, found: '"!env"' });
  });

  for (const word of ['yes', 'no', 'on', 'off', 'true', 'false', '12:30', '010', '0x1f', '1e3', '.inf', '2024-01-01']) {
    it(`reads ${word} as text, under %YAML 1.1 too`, () => {
      expect(verdictOn(entity(word)).lifecycles).to.deep.equal([word]);
      expect(verdictOn(`%YAML 1.1\n---\n${entity(word)}`).lifecycles).to.deep.equal([word]);
    });
  }

  for (const directive of ['', '%YAML 1.1\n---\n']) {
    it(`does not apply merge keys${directive === '' ? '' : ' under %YAML 1.1'}`, () => {
      const text = `${directive}apiVersion: v3\nkind: service\nmetadata: {name: a}\nextensions: &x {lifecycle: production}\nspec:\n  <<: *x\n`;
      expect(verdictOn(text).status).to.equal('missing_lifecycle');
      expect(codes(verdictOn(text))).to.include('merge-key');
    });
  }

  const invalid: { reason: string; text: string; code: string; line: number; column?: number }[] = [
    {
      reason: 'a repeated key',
      text: `${entity('production')}  lifecycle: dev\n`,
      code: 'duplicate-key',
      line: 7,
      column: 3,
    },
    {
      reason: 'a repeated key in other quotes',
      text: `${entity('production')}  "lifecycle": dev\n`,
      code: 'duplicate-key',
      line: 7,
      column: 3,
    },
    {
      reason: 'a key repeated by an alias',
      text: `a: &k spec\n${entity('production')}*k : {}\n`,
      code: 'duplicate-key',
      line: 8,
      column: 1,
    },
    { reason: 'a repeated merge key', text: `a: &k {}\n<<: *k\n<<: *k\n`, code: 'duplicate-key', line: 3 },
    {
      reason: 'a tab as indentation',
      text: entity('production').replace('  lifecycle', '\tlifecycle'),
      code: 'yaml-indentation',
      line: 6,
    },
    { reason: 'an unclosed quote', text: entity('"production'), code: 'yaml-syntax', line: 7 },
    {
      reason: 'an unclosed list',
      text: `${entity('production')}  languages: [go,\n`,
      code: 'yaml-syntax',
      line: 8,
    },
    {
      reason: 'docs text pasted below',
      text: `${entity('production')}External Resources (Optional)\n`,
      code: 'yaml-syntax',
      line: 7,
    },
    {
      reason: 'two dashes for three',
      text: stream(entity('production'), '').replace('---', '--') + entity('dev'),
      code: 'yaml-syntax',
      line: 7,
    },
    { reason: 'a broken second document', text: stream(entity('production'), 'a: [\n'), code: 'yaml-syntax', line: 9 },
    {
      reason: 'the markers of a merge conflict',
      text: `${entity()}spec:\n<<<<<<< HEAD\n  lifecycle: dev\n=======\n  lifecycle: production\n>>>>>>> main\n`,
      code: 'merge-conflict',
      line: 6,
    },
    {
      reason: 'conflict markers in JSON style, which other readers take for a key',
      text: '{"apiVersion": "v3",\n<<<<<<< HEAD\n"kind": "service",\n=======\n"metadata": {"name": "a"},\n>>>>>>> main\n"spec": {"lifecycle": "production"}}',
      code: 'merge-conflict',
      line: 2,
    },
    { reason: 'a NUL in a text', text: entity('prod\0uction'), code: 'control-character', line: 6, column: 18 },
    {
      reason: 'an escape character',
      text: `# \u001b[31m\n${entity('production')}`,
      code: 'control-character',
      line: 1,
      column: 3,
    },
    { reason: 'half a surrogate pair', text: entity('prod\ud800'), code: 'control-character', line: 6 },
    { reason: 'an alias without an anchor', text: entity('*nowhere'), code: 'alias-unresolved', line: 6, column: 14 },
    {
      reason: 'an anchor that stands after its alias',
      text: `${entity('*later')}x: &later production\n`,
      code: 'alias-unresolved',
      line: 6,
    },
    {
      reason: 'an anchor of another document',
      text: stream(entity('&here production'), entity('*here')),
      code: 'alias-unresolved',
      line: 13,
    },
    {
      reason: 'an anchor that contains itself',
      text: `${entity('production')}x: &loop [*loop]\n`,
      code: 'alias-limit',
      line: 7,
    },
    { reason: 'an unfilled template before a value', text: entity('{{ stage }}-1'), code: 'yaml-syntax', line: 6 },
  ];
  // The parser names a rule of the grammar; its owner has to read what to change, and once.
  for (const [what, text, fix] of [
    [
      'a bracket that nobody closed',
      `${entity('[production')}  tier: "2"\n`,
      /^close the bracket, or put the value in quotes$/,
    ],
    ['a line that is indented too much', `${entity('production')}   tier: "2"\n`, /^indent the next line as this one/],
    ['a quote that nobody closed', entity('"production'), /^close the quote that begins in this line or above it$/],
    ['two keys on one line', entity('see: this'), /^put the value in quotes if it contains ": "/],
    ['two hyphens between documents', `${entity('production')}--\n${entity('dev')}`, /^write three hyphens/],
  ] as const) {
    it(`says what to do about ${what}, once for each place`, () => {
      const { reasons } = verdictOn(text);
      expect(reasons[0]?.fix).to.match(fix);
      const places = reasons.map((each) => `${each.line}:${each.column}`);
      expect(places).to.deep.equal([...new Set(places)]);
    });
  }

  for (const { reason, text, code, line, column } of invalid) {
    it(`refuses ${reason}, with its line`, () => {
      const verdict = verdictOn(text);
      expect(verdict.status).to.equal('invalid_yaml');
      expect(verdict.lifecycles).to.deep.equal([]);
      expect(verdict).not.to.have.property('evidence');
      expect(reasonOf(verdict, code)).to.include({
        line,
        severity: 'error',
        ...(column === undefined ? {} : { column }),
      });
    });
  }

  it('allows the same key in different mappings, and the words null and "null" as text where they are keys', () => {
    expect(verdictOn(`${entity('production')}extensions:\n  a: {x: 1}\n  b: {x: 1}\n  null: 1\n`).status).to.equal(
      'valid_production',
    );
  });
});
