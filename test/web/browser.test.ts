/** The web page in a real Chromium: readable for everybody, by keyboard, on a phone, on paper, below a path, and safe with names of others. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { chromium, type Browser, type Page } from 'playwright-core';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { HOSTILE, Site } from './site.js';

const POLICY = '/policies/platform/acme';
const PAGES = [
  '/',
  '/?show=production',
  POLICY,
  `${POLICY}/repositories`,
  `${POLICY}/repositories/${encodeURIComponent(HOSTILE)}`,
  `${POLICY}/journal`,
  `${POLICY}/reports`,
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violations {
  violations: { id: string; nodes: { html: string }[] }[];
}

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, 'chromium'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

describe('The web page in Chromium', function () {
  let browser: Browser;
  let site: Site;
  let page: Page;
  const dialogs: string[] = [];

  before(async function () {
    const executablePath = findChromium();
    if (executablePath === undefined) {
      console.log("      skipped: there is no chromium on the path (Debian's package is chromium)");
      return this.skip();
    }
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    // As large as an organization may be: axe-core looks at what is shown then.
    site = await Site.open({ repositories: 10_000, policies: 100 });
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    removeTemporaryFolders();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
  });
  afterEach(async () => {
    await page.close();
    expect(dialogs).to.deep.equal([]);
  });

  for (const path of PAGES) {
    const name = decodeURIComponent(path);
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`has nothing that axe-core finds fault with, ${colorScheme}: ${name}`, async () => {
        await page.emulateMedia({ colorScheme });
        await page.goto(`${site.url}${path}`);
        // Not by addScriptTag: the page lets no script in, which is what protects it.
        await page.evaluate(AXE);
        const { violations } = await page.evaluate<Violations>('axe.run()');
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).to.deep.equal([]);
      });
    }

    it(`needs no scrolling sideways at 360 pixels: ${name}`, async () => {
      await page.setViewportSize({ width: 360, height: 800 });
      await page.goto(`${site.url}${path}`);
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width).to.be.at.most(360);
    });

    it(`prints: ${name}`, async () => {
      await page.goto(`${site.url}${path}`);
      expect((await page.pdf()).length).to.be.greaterThan(1_000);
    });
  }

  it('is walked through by keyboard alone: from the overview to the repository that is not governed', async () => {
    await page.goto(`${site.url}/`);
    const wanted = /governed=false$/;
    for (let left = 30; left > 0; left -= 1) {
      await page.keyboard.press('Tab');
      const href = await page.evaluate<string>("document.activeElement.getAttribute('href') ?? ''");
      if (wanted.test(href)) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(wanted);
    expect(await page.textContent('tbody')).to.contain('svc-00003');
  });

  it('lets each figure of the overview be reached by keyboard, seen there, and followed to what it counts', async () => {
    await page.goto(`${site.url}/`);
    const seen: string[] = [];
    // The link at the head, the five figures and that to the policies in trouble.
    for (let at = 0; at < 7; at += 1) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate<string>(
        "document.activeElement.closest('.figures') && document.activeElement.innerText",
      );
      if (!text) continue;
      seen.push(text.replaceAll(/\s+/g, ' '));
      const outlines = await page.evaluate<string>(
        "['', '::after'].map((part) => getComputedStyle(document.activeElement, part || null).outlineStyle).join()",
      );
      expect(outlines, text).to.contain('solid');
    }
    expect(seen).to.deep.equal([
      ...['100 policies', '1 in trouble', '5496 in production', '5495 of them governed', '1 not governed', '1 held'],
    ]);
    await page.click('text=in production');
    await page.waitForURL(/show=production/);
    expect(await page.textContent('h2#policies')).to.equal('Policies with repositories in production');
  });

  for (const { device, width, height } of [
    { device: 'desktop', width: 1_280, height: 720 },
    { device: 'phone', width: 360, height: 800 },
  ])
    it(`tells a new reader on a ${device} without scrolling which repository is not governed, since when, why and what to do`, async () => {
      await page.setViewportSize({ width, height });
      await page.goto(`${site.url}/`);
      const row = page.locator('.exposed tbody tr').first();
      const { y, height: of } = (await row.boundingBox()) ?? expect.fail();
      expect(y + of).to.be.at.most(height);
      const told = (await row.innerText()).replaceAll(/\s+/g, ' ');
      for (const words of ['svc-00003', '2026-11-28 09:00 UTC', '3 h 0 min', 'GitHub did not answer', 'To do: wait.'])
        expect(told).to.contain(words);
    });

  it('works below a path, styles and all', async () => {
    const proxy = await prefixProxy(site.url);
    const { port } = proxy.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/some/prefix/`);
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight")).to.equal('700');
    await page.click('a:text-is("platform/acme")');
    await page.click('text=Repositories');
    expect(page.url()).to.contain('/some/prefix/policies/platform/acme/repositories');
    await page.click('text=svc-00004');
    await page.click('text=Summary');
    expect(await page.textContent('h1')).to.equal('platform/acme');
    proxy.close();
    proxy.closeAllConnections();
  });
});

/** What `kubectl proxy` does: everything below a path. */
async function prefixProxy(to: string): Promise<Server> {
  const { hostname, port } = new URL(to);
  const server = createServer((message, response) => {
    const path = (message.url ?? '').replace(/^\/some\/prefix/, '');
    const forwarded = request({ hostname, port, path, headers: message.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    message.pipe(forwarded);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
