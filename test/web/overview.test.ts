/** The overview: each figure leads to what it counts, and what keeps a repository out is said where it is named. */
import { expect } from 'chai';
import type { PolicyRecord } from '../../pkg/policies/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { nameOf, Site } from './site.js';

interface Figure {
  name: string;
  value: number;
  to: string;
}

const decoded = (text: string): string => text.replaceAll('&amp;', '&');

function figuresOf(page: string): Figure[] {
  return [...page.matchAll(/<li><a href="([^"]*)"><span class="value[^"]*">(\d+)<\/span>([^<]*)<\/a>/g)].map(
    ([, to = '', value, name = '']) => ({ name, value: Number(value), to: decoded(to) }),
  );
}

describe('The overview', () => {
  let site: Site;
  beforeEach(async () => {
    site = await Site.open({ policies: 3 });
  });
  afterEach(async () => {
    await site.close();
  });
  after(removeTemporaryFolders);

  const page = async (address: string): Promise<string> => (await fetch(new URL(address, `${site.url}/`))).text();
  const rows = (text: string): number => (text.split('<tbody>').at(-1)?.match(/<tr>/g) ?? []).length;
  const figure = async (name: string): Promise<Figure> =>
    figuresOf(await page('./')).find((each) => each.name === name) ?? expect.fail(name);
  const change = (at: number, to: (record: PolicyRecord) => object): void => {
    site.records = site.records.map((record, index) => (index === at ? { ...record, ...to(record) } : record));
  };
  const compliance =
    (governed: number, production: number) =>
    ({ status }: PolicyRecord) => ({
      status: {
        ...status,
        compliance: { ...status.compliance, production, governed, ungoverned: production - governed },
      },
    });

  it('has a link for each figure', async () => {
    expect(figuresOf(await page('./')).map(({ name, value }) => `${value} ${name}`)).to.deep.equal([
      '3 policies',
      '31 in production',
      '30 of them governed',
      '1 not governed',
      '1 held',
    ]);
  });

  it('leads from what one policy makes up to its list', async () => {
    const { value, to } = await figure('not governed');
    const list = await page(to);
    expect(rows(list)).to.equal(value);
    expect(list).to.contain(nameOf(3));
    expect((await figure('held')).to).to.equal('policies/platform/acme#held');
    expect(await page('policies/platform/acme')).to.contain('id="held"');
  });

  it('leads from what several policies make up to those policies, whose parts add up to it', async () => {
    change(1, compliance(3, 5));
    const { value, to } = await figure('not governed');
    expect(value).to.equal(3);
    const list = await page(to);
    expect(list)
      .to.contain('Policies with repositories in production that are not governed')
      .and.to.contain('2 policies.');
    const [, table = ''] = list.split('id="policies"');
    const parts = [...table.matchAll(/governed=false">(\d+)/g)].map(([, part]) => Number(part));
    expect(parts.reduce((sum, part) => sum + part, 0)).to.equal(value);
    expect(rows(list)).to.equal(parts.length);
    expect(rows(await page((await figure('in production')).to))).to.equal(3);
  });

  it('leads to the policies in trouble, and searches among them', async () => {
    change(1, compliance(3, 5));
    const overview = await page('./');
    const [, to = ''] = /class="bad" href="([^"]*)">2 in trouble/.exec(overview) ?? [];
    expect(rows(await page(decoded(to)))).to.equal(2);
    expect(rows(await page('?show=trouble&q=team-0'))).to.equal(1);
    expect(rows(await page('?show=trouble&q=team-1'))).to.equal(0);
    // What is counted nowhere shows all.
    expect(rows(await page('?show=constructor'))).to.equal(3);
  });

  it('says that all is governed only where every policy has proved it', async () => {
    const well = 'Every repository in production is governed.';
    change(0, compliance(20, 20));
    expect(await page('./')).not.to.contain(well);
    site.records = site.records.slice(1);
    expect(await page('./')).to.contain(well);
    site.records = [];
    expect(await page('./'))
      .not.to.contain(well)
      .and.not.to.contain('is not governed');
  });

  it('says so where no journal names who is not governed', async () => {
    change(1, (record) => {
      const { status } = compliance(3, 5)(record);
      return { status: { ...status, compliance: { ...status.compliance, ungovernedSince: '2026-11-28T09:00:00Z' } } };
    });
    site.records = site.records.slice(1);
    const overview = await page('./');
    expect(overview).to.contain('2 repositories in production are not governed');
    expect(overview).to.contain('no journal that names them').and.to.contain('for 3 h 0 min');
  });

  it('names as the reason that a guard holds the entry, before what failed', async () => {
    const held = await Site.open({ entering: [3] });
    const overview = await (await held.get('/')).text();
    await held.close();
    expect(overview).to.contain('Its entry is held by MaxLeaving.').and.to.contain('approve it');
    expect(overview).not.to.contain('GitHub did not answer');
  });

  for (const [what, spec, said] of [
    ['is suspended', { suspend: true }, 'The policy is suspended.'],
    ['only observes', { mode: 'Observe' }, 'The policy only observes.'],
  ] as const)
    it(`names as the reason that the policy ${what}, before what failed`, async () => {
      change(0, ({ policy }) => ({ policy: { ...policy, spec: { ...policy?.spec, ...spec } } }));
      const overview = await page('./');
      expect(overview).to.contain(said).and.not.to.contain('GitHub did not answer');
    });

  it('names the code of an error, what is wrong and what to do apart', async () => {
    change(0, ({ status }) => ({
      status: {
        ...status,
        conditions: status.conditions?.map((each) =>
          each.type === 'Ready' ? { ...each, message: 'PLUS1_X: it cannot. It must not. Fix: let it' } : each,
        ),
      },
    }));
    expect(await page('./')).to.match(
      /it cannot\. It must not\.<br><strong>To do:<\/strong> let it\.<br><code class="soft">PLUS1_X</,
    );
  });
});
