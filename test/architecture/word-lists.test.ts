/**
 * Kind: a word that is added in one of two places. A list of words that is written twice compiles when only one of them gets the new word,
 * and the other leaves it out silently: a metric without its series, a flag that refuses it, a status that sorts it first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';

/** Fewer are often alike by chance. */
const LEAST = 3;

/** Lists that are alike and say different things, or stand where one cannot import the other. Each with the reason. */
const ALIKE: Readonly<Record<string, string>> = {
  'bold dim green red yellow': 'styles of Node, as far as a text of the terminal and one of the log use them',
  'green red yellow': 'the same, of two commands',
  'certification daily weekly': 'folders that pkg/report writes and pkg/web lists: the page knows no report',
  'changes days repositories': 'a flag: its declaration must not load pkg/report',
  'input json line': 'a flag: its declaration must not load what renders',
  'json markdown text': 'a flag: its declaration must not load what renders',
  'json wide yaml': 'a flag: its declaration must not load what renders',
  'FAILED IMPACT REPOSITORY': 'heads of two tables',
  'name policyRef spec': 'a path of fields, of each kind its own',
  'proved refused unproved': 'the end of a write: of the members of a ruleset, and of a ruleset of our own',
  'begun held over': 'fields of a state of rollouts',
};

interface Place {
  words: string;
  at: string;
}

/** The lists of words of a file: arrays of nothing but texts, and unions of nothing but them. Names of fields (`Pick<…>`) are none. */
function listsOf(file: string, text: string): Place[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Place[] = [];
  const keep = (node: ts.Node, words: readonly string[], of: number): void => {
    if (new Set(words).size < LEAST || words.length < of) return;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    found.push({ words: [...new Set(words)].sort().join(' '), at: `${file}:${line}` });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node))
      keep(
        node,
        node.elements.filter(ts.isStringLiteral).map(({ text: word }) => word),
        node.elements.length,
      );
    if (ts.isUnionTypeNode(node) && !isTypeArgument(node)) {
      const words = node.types.filter(ts.isLiteralTypeNode).map(({ literal }) => literal);
      keep(
        node,
        words.filter(ts.isStringLiteral).map(({ text: word }) => word),
        node.types.length,
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** As in `Pick<Whole, 'one' | 'two'>`, and in what an interface extends. */
const isTypeArgument = ({ parent }: ts.Node): boolean =>
  ts.isTypeReferenceNode(parent) || ts.isExpressionWithTypeArguments(parent);

/** The words that stand in several places, with these. */
function repeated(places: readonly Place[]): [words: string, at: string[]][] {
  const by = new Map<string, string[]>();
  for (const { words, at } of places) by.set(words, [...(by.get(words) ?? []), at]);
  return [...by].filter(([, at]) => at.length > 1);
}

describe('Lists of words in pkg and cmd', () => {
  const places = ['pkg', 'cmd'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(root, path))
      .flatMap((path) => listsOf(path, readFileSync(path, 'utf8'))),
  );

  it('are written once, and imported or derived elsewhere', () => {
    expect(places.length).to.be.greaterThan(200);
    expect(repeated(places).filter(([words]) => !(words in ALIKE))).to.deep.equal([]);
  });

  it('have no exception that nobody needs', () => {
    const known = new Set(repeated(places).map(([words]) => words));
    expect(Object.keys(ALIKE).filter((words) => !known.has(words))).to.deep.equal([]);
  });

  it('are found as arrays and as unions, in whatever order', () => {
    const array = listsOf('a.ts', "const WORDS = ['one', 'two', 'three'] as const;");
    const union = listsOf('b.ts', "type Word = 'three' | 'two' | 'one';");
    expect(repeated([...array, ...union])).to.deep.equal([['one three two', ['a.ts:1', 'b.ts:1']]]);
    expect(listsOf('c.ts', "type Part = Pick<Whole, 'one' | 'two' | 'three'>;")).to.deep.equal([]);
    expect(listsOf('d.ts', "type Word = 'one' | 'two' | number;")).to.deep.equal([]);
  });
});
