/** What others say of our files: NIST's schema of OSCAL, trestle, and a browser with axe-core. Each is skipped where it is not there. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import { chromium, type Browser } from 'playwright-core';
import { policyFolders } from '../../pkg/journal/index.js';
import {
  dailyHTML,
  dayPeriod,
  monthPeriod,
  parseFramework,
  readHistory,
  weeklyHTML,
  weekPeriod,
  writeCertification,
  type History,
  type Period,
} from '../../pkg/report/index.js';
import { removeTemporaryFolders, temporaryFolder } from '../temporary-folder.js';
import { month } from './story.js';

const run = promisify(execFile);

after(removeTemporaryFolders);

/** Put there by `.ci/oscal-schema`. */
const SCHEMA = '.cache/oscal/assessment-results.json';
/** Put there by `.ci/trestle`. */
const TRESTLE = '.cache/trestle/bin/trestle';
const CHROMIUM = '/usr/bin/chromium';
const AXE = 'node_modules/axe-core/axe.min.js';

describe('the files of a certification and the pages of reports', () => {
  let folder: string;
  const pages = ['daily.html', 'weekly.html', 'month/certification.html'];

  before(async () => {
    folder = temporaryFolder();
    const stage = await month();
    const folders = await policyFolders([stage.root], { name: 'acme' });
    const history = async (period: Period | undefined): Promise<History> =>
      (await readHistory(folders, period as Period)) as History;
    writeFileSync(join(folder, 'daily.html'), dailyHTML(await history(dayPeriod('2026-11-16'))));
    writeFileSync(join(folder, 'weekly.html'), weeklyHTML(await history(weekPeriod('2026-W46')), undefined));
    mkdirSync(join(folder, 'month'));
    const source = readFileSync('pkg/report/frameworks/fedramp.yaml', 'utf8');
    await writeCertification({
      ...{ folders, period: monthPeriod('2026-11') as Period, frameworks: parseFramework(source, 'fedramp') },
      output: join(folder, 'month'),
    });
  });

  it("are valid by NIST's schema of OSCAL", function () {
    if (!existsSync(SCHEMA)) return this.skip();
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const isValid = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
    const results = JSON.parse(readFileSync(join(folder, 'month/oscal-assessment-results.json'), 'utf8')) as {
      'assessment-results': { uuid: string };
    };
    expect(isValid(results), JSON.stringify(isValid.errors)).to.equal(true);
    results['assessment-results'].uuid = 'none';
    expect(isValid(results)).to.equal(false);
  });

  it('are valid by trestle, which finds a file that is not', async function () {
    if (!existsSync(TRESTLE)) {
      console.log('    skipped: there is no trestle (.ci/trestle puts it there)');
      return this.skip();
    }
    const workspace = temporaryFolder();
    const target = join(workspace, 'assessment-results', 'month');
    const trestle = async (...args: string[]): Promise<string> => {
      try {
        const { stdout, stderr } = await run(resolve(TRESTLE), args, { cwd: workspace });
        return stdout + stderr;
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
        return stdout + stderr;
      }
    };
    await trestle('init');
    mkdirSync(target, { recursive: true });
    const text = readFileSync(join(folder, 'month/oscal-assessment-results.json'), 'utf8');
    writeFileSync(join(target, 'assessment-results.json'), text);
    const validate = (): Promise<string> => trestle('validate', '--type', 'assessment-results', '--name', 'month');
    expect(await validate()).to.match(/^VALID: Model .*month/m);
    writeFileSync(join(target, 'assessment-results.json'), text.replace(/"uuid": ?"[^"]+"/, '"uuid":"none"'));
    expect(await validate()).not.to.match(/^VALID/m);
  });

  describe('in a browser', () => {
    let browser: Browser | undefined;
    before(async function () {
      if (existsSync(CHROMIUM)) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
      else this.skip();
    });
    after(() => browser?.close());

    for (const name of pages) {
      it(`${name} has no violation of axe-core, asks for nothing, and fits on a narrow screen but for its tables`, async () => {
        const context = await browser?.newContext({ viewport: { width: 360, height: 800 }, bypassCSP: true });
        const page = await context?.newPage();
        if (page === undefined) throw new Error('no browser');
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        const url = pathToFileURL(join(folder, name)).href;
        await page.goto(url);
        expect(asked).to.deep.equal([url]);
        await page.addScriptTag({ path: AXE });
        const found = await page.evaluate(
          'axe.run().then(({violations}) => violations.map(({id, nodes}) => id + ": " + nodes.slice(0, 3).map(({html}) => html.slice(0, 200)).join(" ")))',
        );
        expect(found).to.deep.equal([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).to.be.at.most(360);
        // On paper nothing can be scrolled: A4 between the margins of the page.
        await page.setViewportSize({ width: 688, height: 1_000 });
        await page.emulateMedia({ media: 'print' });
        expect(await page.evaluate('document.documentElement.scrollWidth')).to.be.at.most(688);
        await context?.close();
      });
    }
  });
});
