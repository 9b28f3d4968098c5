/** Unified diffs are what `patch` takes: the first text and the diff give the second one. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { unifiedDiff } from '../../pkg/text/index.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';

/** Applies a diff by what it says, and fails where a line is not as the diff says. */
function applied(before: string, diff: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let at = 0;
  const body = diff.split(/(?<=\n)/).slice(2);
  body.forEach((line, index) => {
    const head = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n$/.exec(line);
    if (head !== null) {
      const start = Number(head[1]) - (head[2] === '0' ? 0 : 1);
      result.push(...lines.slice(at, start));
      at = start;
      return;
    }
    if (line.startsWith('\\')) return;
    const bare = body[index + 1]?.startsWith('\\') === true ? line.slice(1, -1) : line.slice(1);
    if (line.startsWith('+')) return void result.push(bare);
    expect(bare).to.equal(lines[at]);
    if (line.startsWith(' ')) result.push(bare);
    at += 1;
  });
  return [...result, ...lines.slice(at)].join('');
}

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', 'd\r', '-x', '+y', '@@'), { maxLength: 30 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends ? '\n' : ''));

describe('a unified diff', () => {
  after(removeTemporaryFolders);

  it('turns the first text into the second one', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(applied(a, unifiedDiff('f', a, b))).to.equal(b);
      }),
    );
  });

  it('is empty where nothing differs', () => expect(unifiedDiff('f', 'a\n', 'a\n')).to.equal(''));

  it('has three lines of context and the ranges of both', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `${index}\n`);
    const after = lines.with(6, 'six\n').join('');
    expect(unifiedDiff('f', lines.join(''), after)).to.equal(
      '--- f\n+++ f\n@@ -4,7 +4,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n',
    );
  });

  it('is taken by git', () => {
    const folder = temporaryFolder();
    const [a, b] = ['one\ntwo\nthree', 'one\n2\nthree\nfour\n'];
    writeFileSync(join(folder, 'f'), a);
    writeFileSync(join(folder, 'd'), unifiedDiff('f', a, b));
    execFileSync('git', ['apply', '-p0', 'd'], {
      cwd: folder,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: join(folder, '..') },
    });
    expect(readFileSync(join(folder, 'f'), 'utf8')).to.equal(b);
  });

  it('of fifty thousand lines that all differ is made at once', () => {
    const of = (mark: string): string => Array.from({ length: 50_000 }, (_, index) => `${mark}${index % 7}\n`).join('');
    expect(unifiedDiff('f', of('a'), of('b')).split('\n')).to.have.length(100_004);
  });
});
