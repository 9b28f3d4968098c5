/** The picture of a certification for the README: `node --import tsx test/demo/evidence/picture.ts DIR`, after `make demo-evidence`. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [folder = 'evidence', picture = 'docs/images/certification.png'] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1_000, height: 1_345 }, deviceScaleFactor: 1.25 });
  await page.goto(pathToFileURL(join(resolve(folder), 'certification.html')).href);
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
