/** The page of the resource leaves out no field and no reason, and invents none. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { CONDITION_TYPES, HELD_REASONS, STALLED_REASONS, UNREADY_REASONS } from '../../pkg/api/index.js';
import type { OpenApi } from '../generate/crd/open-api.js';
import { policySchema } from '../generate/crd/resource.js';
import { readPage } from './page.js';

const PAGE = 'docs/spec/v1alpha1/plus1policy.md';
const { text } = readPage(PAGE);

interface Field {
  path: string;
  schema: OpenApi;
}

function fieldsOf(node: OpenApi, path: string): Field[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, schema]) => {
    const own = `${path}.${name}`;
    return [{ path: own, schema }, ...fieldsOf(schema.items ?? schema, own)];
  });
}

const schema = policySchema().properties ?? {};
const fields = [...fieldsOf(schema['spec'] ?? {}, 'spec'), ...fieldsOf(schema['status'] ?? {}, 'status')];

/** The text below a heading, to the next one. */
function section(heading: string): string {
  const found = text.split(/^(?=#{2,4} )/m).find((each) => each.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`${PAGE} has no heading ${heading}`);
  return found;
}

/** The cells of the rows of a section's tables, without the heads. */
const rowsOf = (heading: string): string[][] =>
  section(heading)
    .split('\n')
    .filter((line) => /^\| .*`/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((each) => each.trim()),
    );

/** What stands as code in a cell. */
const codes = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe(PAGE, () => {
  it('has the four parts', () => {
    const parts = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(parts).to.deep.equal([
      'Example',
      'Writing a Plus1Policy spec',
      'Working with Plus1Policies',
      'Plus1Policy status',
    ]);
  });

  for (const { path } of fields) {
    it(`tells of ${path}`, () => {
      const name = path.split('.').at(-1) ?? '';
      expect(text).to.match(new RegExp(`(\`|\\.)${name}\\b[^\`\n]*\`|^ +(- )?${name}: `, 'm'));
    });
  }

  for (const heading of ['Catalog', 'Repositories', 'Schedule', 'Guards']) {
    it(`has the defaults of ${heading.toLowerCase()}, and no field that is not there`, () => {
      const group = `spec.${heading.toLowerCase()}.`;
      const rows = rowsOf(`### ${heading}`).filter(([name = '']) => /^`[a-z]\w*(\.\w+)?`$/i.test(name));
      for (const [name, told] of rows.filter(([name = '']) => !/_|unobserved/.test(name))) {
        const path = `${group}${codes(name)[0]}`;
        const field = fields.find((each) => each.path === path);
        expect(field, path).not.to.equal(undefined);
        if (field?.schema.default !== undefined)
          expect(parse(codes(told)[0] ?? ''), path).to.deep.equal(field.schema.default);
      }
      const named = rows.map(([name]) => `${group}${codes(name)[0]}`);
      const leaves = fields.filter(({ path, schema: each }) => path.startsWith(group) && each.properties === undefined);
      expect(named).to.include.members(leaves.map(({ path }) => path));
    });
  }

  const reasons: [heading: string, column: number, expected: readonly string[]][] = [
    ['#### Ready', 1, ['Converged', 'Observed', 'Progressing', ...UNREADY_REASONS, 'Stalled']],
    ['#### Reconciling', 0, ['Progressing', 'ProgressingWithRetry']],
    ['#### Stalled', 0, STALLED_REASONS],
    [
      '#### Compliant',
      1,
      [
        'AllGoverned',
        'Ungoverned',
        'RulesetNotEnforced',
        'Ineffective',
        'RulesetNotFound',
        'NotObserved',
        'NothingInProduction',
      ],
    ],
    ['#### Held', 0, HELD_REASONS],
    ['#### NotificationsFailing', 0, ['NotDelivered']],
  ];
  it('has each event of a pass', () => {
    const folder = 'pkg/reconciler/publishers';
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const made = sources.flatMap((source) => [...source.matchAll(/reason: '([A-Z]\w+)'/g)].map(([, reason]) => reason));
    expect(made).to.include('PlanHeld');
    expect(rowsOf('### Events').flatMap((cells) => codes(cells[0]))).to.include.members(made);
  });

  it('has a row and a section for each type of condition', () => {
    const types = rowsOf('### Conditions').flatMap((cells) => codes(cells[0]));
    expect(types).to.have.members([...CONDITION_TYPES]);
    for (const type of CONDITION_TYPES) expect(text, type).to.include(`\n#### ${type}\n`);
  });

  for (const [heading, column, expected] of reasons) {
    it(`has each reason of ${heading.slice(5)}, and no other`, () => {
      expect(rowsOf(heading).flatMap((cells) => codes(cells[column]))).to.have.members([...expected]);
    });
  }
});
