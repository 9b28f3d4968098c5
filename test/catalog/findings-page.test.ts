/** The reference page names every status and every code, and shows lines that the program really prints. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { FINDING_STATUSES } from '../../pkg/api/index.js';
import { REASON_CODES } from '../../pkg/catalog/index.js';
import { examples } from './examples.js';

const page = readFileSync(new URL('../../docs/reference/findings.md', import.meta.url), 'utf8');

describe('docs/reference/findings.md', () => {
  it('names the statuses, no more and no less', () => {
    const named = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map((match) => match[1]);
    expect(named).to.have.members([...FINDING_STATUSES]);
  });

  it('names the codes with their severity, no more and no less', () => {
    const named = [...page.matchAll(/^### `([a-z0-9-]+)` \((error|warning)\)$/gm)].map(
      (match) => `${match[1]} ${match[2]}`,
    );
    expect(named).to.have.members(Object.entries(REASON_CODES).map(([code, { severity }]) => `${code} ${severity}`));
  });

  for (const { code, line } of examples()) {
    it(`shows ${code} as it is printed`, () => expect(page).to.include(`\n    ${line}\n`));
  }

  it('tells the meaning of each code in the words of the code', () => {
    for (const [code, { meaning }] of Object.entries(REASON_CODES)) expect(page, code).to.include(meaning);
  });
});
