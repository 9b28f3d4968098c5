/** Kind: guards that know what they guard. They could be used for nothing else, and an approval would be tied to repositories. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import ts from 'typescript';
import { fileGraph } from './import-graph.js';

const ROOM = 'pkg/governance/release/';
/** Of `pkg/api`: words and times. Neither the spec of a policy nor its status. */
const WORDS = ['ApprovalState', 'EntryWindow', 'GuardWindow', 'HeldReason', 'KindOfApproval', 'durationMs'];

const files = [...fileGraph([ROOM])];

describe('pkg/governance/release', () => {
  it('imports nothing of repositories or policies', () => {
    expect(files.map(([file]) => file)).to.include(`${ROOM}release.ts`);
    const foreign = files.flatMap(([file, imports]) =>
      [...imports].filter((each) => !each.startsWith(ROOM)).map((each) => `${file} → ${each}`),
    );
    const allowed = /→ pkg\/(governance\/time|api\/index|base\/.*)\.ts$/;
    expect(foreign.filter((each) => !allowed.test(each))).to.deep.equal([]);
  });

  for (const [file] of files) {
    it(`${file} takes words and times of pkg/api, and nothing else`, () => {
      expect(namesFrom(file, '/api/').filter((name) => !WORDS.includes(name))).to.deep.equal([]);
    });
  }
});

/** What a file imports by name from modules whose path has that part. */
function namesFrom(file: string, part: string): string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    if (!statement.moduleSpecifier.text.includes(part)) return [];
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || ts.isNamespaceImport(bindings)) return ['*'];
    return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
  });
}
