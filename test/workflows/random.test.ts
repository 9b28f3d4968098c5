/**
 * Random workflow files: whatever comes, there is a judgement at a bounded cost, and how a file is laid out changes nothing.
 * WORKFLOW_INPUTS sets how many files are tried, WORKFLOW_SEED where they begin.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { JOB_STATUSES } from '../../pkg/api/index.js';
import { judgeWorkflow, type JudgedFile } from '../../pkg/workflows/index.js';
import { hostileText } from '../catalog/random-inputs.js';
import { runsOf, sampleOf, SEED, sizeOf } from '../sample.js';
import { OPTIONS } from './build.js';

const numRuns = Number(process.env['WORKFLOW_INPUTS'] ?? runsOf(10_000, 500).numRuns);
const seed = Number(process.env['WORKFLOW_SEED'] ?? SEED);
/** Far above what any of them costs; a cost that grows with the square of the size is beyond it. */
const MOST_MS = 2_000;

const folder = new URL('../fixtures/workflows/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));
const texts = names.map((name) => readFileSync(new URL(name, folder), 'utf8'));
const lines = [...new Set(texts.flatMap((text) => text.split('\n')))];

/** Pieces that mean something to the judgement. */
const piece = fc.oneof(
  fc.constantFrom(...lines),
  fc.constantFrom('jobs:', '  a:', '    steps:', '      - uses: step-security/harden-runner@v2', '        with:'),
  fc.constantFrom(
    '          allowed-endpoints: |',
    '          allowed-endpoints: >',
    '          allowed-endpoints: &l [',
  ),
  fc.constantFrom(
    '${{',
    '}}',
    '${{ env.A }}',
    '&a',
    '*a',
    '<<: *a',
    '#',
    '"',
    "'",
    '\t',
    '\r',
    '\ufeff',
    '---',
    '? ',
    '!!x',
  ),
);
const shortText = fc.array(piece, { maxLength: 25 }).map((parts) => parts.join('\n'));
const small = texts.filter((text) => text.length < 1_500);
/** A real file with a part of it cut out and something else put in. */
const mutated = fc
  .tuple(fc.constantFrom(...small), fc.nat(1_500), fc.nat(60), fc.oneof(piece, fc.string({ maxLength: 12 })))
  .map(([text, at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut));
const anyText = fc.oneof(
  { weight: 30, arbitrary: mutated },
  { weight: 30, arbitrary: shortText },
  { weight: 1, arbitrary: hostileText },
);

function check(file: JudgedFile): void {
  expect(file.jobs.length > 0 || file.kind === 'workflow').to.equal(true);
  for (const { status, findings } of file.jobs) {
    expect(JOB_STATUSES).to.include(status);
    for (const { line, column, found, expected, fix } of findings) {
      expect(line).to.be.at.least(1);
      expect(column).to.be.at.least(1);
      expect(`${found}${expected}${fix}`).to.not.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  }
}

describe('random workflow files', () => {
  it('end in a judgement', () => {
    let most = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        const before = process.cpuUsage();
        check(judgeWorkflow(text, OPTIONS));
        const { user, system } = process.cpuUsage(before);
        most = Math.max(most, (user + system) / 1_000);
        expect(most).to.be.at.most(MOST_MS);
      }),
      { numRuns, seed, endOnFailure: true },
    );
    if (numRuns > 1_000) console.log(`        ${numRuns} files, the dearest took ${Math.round(most)} ms`);
  }).timeout(7_200_000);

  it('cost little where a list is as long as a file may be', () => {
    const fill = (unit: string): string => unit.repeat(Math.floor(sizeOf(480_000, 100_000) / unit.length));
    const head =
      'jobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: step-security/harden-runner@v2\n        with:\n';
    const lists = [
      `"${fill('a ')}"`,
      `"${fill('a#')}"`,
      `"${fill('# ')}"`,
      `"${fill('${{ ')}"`,
      `"${fill("${{ ' ")}"`,
      `"${fill('${{ env.A }}')}"`,
      `"${fill('\\x61 ')}"`,
      `>\n            ${fill('a.b:1 ')}`,
      `|\n${fill('            a.b:443\n')}`,
      `"${fill('*')}"`,
      `"${fill('a.')}"`,
      `"${fill(':')}"`,
    ];
    for (const list of lists) {
      const before = process.cpuUsage();
      check(judgeWorkflow(`${head}          allowed-endpoints: ${list}\n`, OPTIONS));
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000, list.slice(0, 20)).to.be.at.most(MOST_MS);
    }
  });
});

/** All but where things stand. */
const judgement = (text: string): unknown =>
  judgeWorkflow(text, OPTIONS).jobs.map(({ name, status, policy, endpoints, agentEndpoints, findings, position }) => ({
    ...{ name, status, policy, endpoints, position, tokens: agentEndpoints.map((token) => token.split(/\s+/)) },
    findings: findings.map(({ severity, code, found, expected, fix }) => ({ severity, code, found, expected, fix })),
  }));

/** A mapping that begins behind the dash of its item goes on below its first key. */
const deeper = (text: string, times: number): string =>
  text.replaceAll(/^( *)((?:- +)*)/gm, (_, indent: string, marks: string) => {
    const wider = marks.replaceAll(/- +/g, (mark) => `-${' '.repeat(mark.length * times - 1)}`);
    return ' '.repeat(indent.length * times) + wider;
  });

/** Lines that a comment may stand above or behind: each begins outside of any scalar. */
function openLines(text: string): Set<number> {
  const inside = new Set<number>();
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  const visit = (node: Node | null | undefined): void => {
    if (isScalar(node) && node.range)
      for (let line = lineOf(node.range[0]) + 1; line <= lineOf(Math.max(node.range[0], node.range[1] - 1)); line += 1)
        inside.add(line);
    if (isSeq(node)) for (const item of node.items) visit(item as Node);
    if (isMap(node))
      for (const { key, value } of node.items) {
        visit(key as Node);
        visit(value as Node | null);
      }
  };
  visit(parseDocument(text, { uniqueKeys: false }).contents);
  return new Set(text.split('\n').flatMap((line, index) => (inside.has(index) || line.trim() === '' ? [] : [index])));
}

function withComments(text: string, chosen: (line: number) => boolean): string {
  const open = openLines(text);
  return text
    .split('\n')
    .flatMap((line, index) => {
      if (!open.has(index) || !chosen(index)) return [line];
      const indent = /^ */.exec(line)?.[0] ?? '';
      return [`${indent}# a note: "with" 'quotes' [and] {more} # v1.0.0`, line];
    })
    .join('\n');
}

describe('the layout of a file', () => {
  const readable = sampleOf(
    names.flatMap((name, index) => (name === 'made-broken.yml' ? [] : [{ name, text: texts[index] ?? '' }])),
    12,
    'layouts',
  );
  for (const { name, text } of readable) {
    it(`changes nothing about ${name}`, () => {
      const before = judgement(text);
      for (const times of [2, 3]) expect(judgement(deeper(text, times)), `${times} times deeper`).to.deep.equal(before);
      for (const every of [1, 2, 3]) {
        const commented = withComments(text.replaceAll('\r', ''), (line) => line % every === 0);
        expect(judgement(commented), `a comment above line ${every}n`).to.deep.equal(before);
      }
      expect(judgement(text.replaceAll(/\r?\n/g, '\r\n')), 'CRLF').to.deep.equal(before);
    });
  }
});
