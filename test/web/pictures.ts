/** Makes the pictures of the guide: `node --import tsx test/web/pictures.ts`. Needs a chromium on the path. */
import { chromium } from 'playwright-core';
import { openDemoSite } from '../demo/evidence/web.js';
import { Site } from './site.js';

const PICTURES = [
  ['web-overview.png', '/'],
  ['web-policy.png', '/policies/platform/acme'],
] as const;

const site = await Site.open({ repositories: 120, policies: 6, names: 'plain' });
const demo = await openDemoSite('127.0.0.1:0');
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const [file, path] of PICTURES) {
  const page = await browser.newPage({ viewport: { width: 1_000, height: 700 } });
  await page.goto(`${site.url}${path}`);
  await page.screenshot({ path: `docs/images/${file}`, fullPage: true });
}
const page = await browser.newPage({ viewport: { width: 1_000, height: 640 }, deviceScaleFactor: 1.25 });
await page.goto(demo.url);
await page.screenshot({ path: 'docs/images/web-demo.png' });
await browser.close();
await demo.close();
await site.close();
