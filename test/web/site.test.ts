/** The web page over HTTP: what each address answers, to whom, and in which bounds. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Entry } from '../../pkg/journal/index.js';
import { webAddress } from '../../pkg/web/index.js';
import { removeTemporaryFolders } from '../temporary-folder.js';
import { HOSTILE, nameOf, Site } from './site.js';

const POLICY = '/policies/platform/acme';
const PAGES = [
  '/',
  POLICY,
  `${POLICY}/repositories`,
  `${POLICY}/repositories/${encodeURIComponent(HOSTILE)}`,
  `${POLICY}/journal`,
  `${POLICY}/reports`,
];
const API = [
  '/api/v1/policies',
  `/api/v1${POLICY}`,
  `/api/v1${POLICY}/repositories`,
  `/api/v1${POLICY}/repositories/svc-00004`,
  `/api/v1${POLICY}/repositories/svc-00005`,
  `/api/v1${POLICY}/journal`,
  `/api/v1${POLICY}/reports`,
];
const CSP =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

interface OpenAPI {
  paths: Record<string, { get: { responses: { 200: { content: { 'application/json': { schema: object } } } } } }>;
}

describe('The web page', () => {
  let site: Site;
  before(async () => {
    site = await Site.open();
  });
  after(async () => {
    await site.close();
    removeTemporaryFolders();
  });

  for (const path of [...PAGES, ...API, '/style.css', '/api/v1/openapi.json']) {
    it(`answers with its headers, no cookie, and 304 where it is known: ${decodeURIComponent(path)}`, async () => {
      const answer = await site.get(path);
      const body = await answer.text();
      expect(answer.status, body).to.equal(200);
      expect(answer.headers.get('content-security-policy')).to.equal(CSP);
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff');
      expect(answer.headers.get('set-cookie')).to.equal(null);
      expect(Buffer.byteLength(body)).to.be.lessThan(102_400);
      const again = await site.get(path, { 'if-none-match': answer.headers.get('etag') ?? '' });
      expect(again.status).to.equal(304);
      expect(await again.text()).to.equal('');
    });
  }

  it('shows names of others as text, and sends no control character of them', async () => {
    for (const path of PAGES) {
      const body = await (await site.get(path)).text();
      expect(body, path).not.to.contain('<img').and.not.to.contain('\u001b[').and.not.to.contain('\u202e');
    }
    expect(await (await site.get(`${POLICY}/repositories`)).text()).to.contain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('links relatively alone, so that it works below any path', async () => {
    for (const path of PAGES) {
      const body = await (await site.get(path)).text();
      for (const [, address = ''] of body.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
        if (address.startsWith('https://')) continue;
        expect(address, path).not.to.match(/^\//);
        const { pathname } = new URL(address.replaceAll('&amp;', '&'), `http://x/prefix${path}`);
        expect(pathname, `${path}: ${address}`).to.match(/^\/prefix\//);
      }
    }
  });

  it('has no link that leads nowhere', async () => {
    const seen = new Set<string>();
    for (const path of PAGES) {
      const body = await (await site.get(path)).text();
      for (const [, address = ''] of body.matchAll(/href="([^"#]*)"/g))
        if (!address.startsWith('https:'))
          seen.add(new URL(address.replaceAll('&amp;', '&'), `${site.url}${path}`).href);
    }
    const some = [...seen].slice(0, 35);
    for (const address of some) expect((await fetch(address)).status, address).to.equal(200);
  });

  it('says on the overview which repository is not governed, since when, why and what to do, and all of them one link further', async () => {
    const overview = await (await site.get('/')).text();
    const [, row = ''] = /1 repository in production is not governed(.*?)<\/tbody>/s.exec(overview) ?? [];
    for (const word of [nameOf(3), '2026-11-28 09:00 UTC', '3 h 0 min', 'GitHub did not answer', '</strong> wait.'])
      expect(row).to.contain(word);
    const [, address = ''] = /href="([^"]*governed=false)"/.exec(overview) ?? [];
    const list = await (await fetch(new URL(address.replaceAll('&amp;', '&'), `${site.url}/`))).text();
    expect(list).to.contain(nameOf(3)).and.to.contain('2026-11-28 09:00 UTC').and.to.contain('1 repository');
  });

  it('explains a repository: file, line, commit, author, clock and history', async () => {
    const body = await (await site.get(`${POLICY}/repositories/svc-00004`)).text();
    for (const word of ['entity.datadog.yaml:7', 'c0ffee', 'ann', 'lifecycle-case', 'FindingsChanged'])
      expect(body).to.contain(word);
    const hostile = await (await site.get(`${POLICY}/repositories/${encodeURIComponent(HOSTILE)}`)).text();
    expect(hostile).to.contain('Exit clock').and.to.contain('20 h');
  });

  it('shows the checklist and the jobs of a policy, and of a repository with what to do', async () => {
    const policy = await (await site.get(POLICY)).text();
    expect(policy).to.contain('Met by <strong>1</strong> of 2 repositories.').and.to.contain('do not meet it');
    expect(policy).to.match(/codeowners<\/th>(<td class="number">[10]<\/td>){4}/);
    expect(policy).to.match(/disarmed<\/th><td class="number">31</);
    const repository = await (await site.get(`${POLICY}/repositories/svc-00004`)).text();
    expect(repository).to.contain('1 of 3 checks pass.').and.to.contain('set &lt;img').and.to.contain('not available');
    expect(repository).to.match(/holds<\/th><td class="number">17<.*could not be read or judged: 2</s);
    const other = await (await site.get(`${POLICY}/repositories/svc-00005`)).text();
    expect(other).not.to.match(/Checklist|Workflow jobs/);
  });

  it('has the same in the API, and null where nothing is known', async () => {
    const of = async (name: string): Promise<Record<string, unknown>> =>
      (await (await site.get(`/api/v1${POLICY}/repositories/${name}`)).json()) as Record<string, unknown>;
    expect(await of('svc-00004')).to.deep.include({
      workflows: { jobs: [{ status: 'holds', count: 17 }], filesUnreadable: 2 },
    });
    expect((await of('svc-00004'))['baseline']).to.have.length(3);
    expect(await of('svc-00005')).to.include({ baseline: null, workflows: null });
  });

  it('says how to approve the plan that is held', async () => {
    expect(await (await site.get(POLICY)).text()).to.contain(
      `kubectl plus1 approve acme -n platform --plan sha256:${'1'.repeat(64)}`,
    );
  });

  it('answers as its OpenAPI document says', async () => {
    const { paths } = (await (await site.get('/api/v1/openapi.json')).json()) as OpenAPI;
    const ajv = new Ajv2020({ strict: false });
    for (const path of API) {
      const template =
        Object.keys(paths).find((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)) ?? '';
      const schema = paths[template]?.get.responses[200].content['application/json'].schema ?? expect.fail(path);
      const validate = ajv.compile(schema);
      expect(validate(await (await site.get(path)).json()), JSON.stringify(validate.errors)).to.equal(true);
    }
  });

  it('takes no other method, and knows no other address', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await fetch(site.url, { method })).status).to.equal(405);
    for (const path of ['/policies/platform/none', `${POLICY}/repositories/none`, '/x'])
      expect((await site.get(path)).status).to.equal(404);
  });

  it('hands out reports, and nothing beside them', async () => {
    const answer = await site.get(`${POLICY}/reports/daily/2026-11-27.json`);
    expect(await answer.text()).to.equal('{"compliance_status":{}}');
    expect(answer.headers.get('content-disposition')).to.equal('attachment; filename="2026-11-27.json"');
    symlinkSync('/etc/passwd', join(site.reports, 'platform', 'acme', 'daily', 'link.json'));
    for (const path of ['daily/link.json', 'daily/..%2f..%2f..%2fetc%2fpasswd', '../../x', 'other/x.json'])
      expect((await site.get(`${POLICY}/reports/${path}`)).status, path).to.equal(404);
  });

  it('filters and pages', async () => {
    const page = async (query: string): Promise<{ total: number; items: { name: string }[] }> =>
      (await (await site.get(`/api/v1${POLICY}/repositories?${query}`)).json()) as {
        total: number;
        items: { name: string }[];
      };
    expect(await page('status=valid_production&governed=false')).to.have.nested.property('items[0].name', nameOf(3));
    expect((await page('q=SVC-0001')).total).to.equal(10);
    expect((await page('page=99')).items.length).to.be.greaterThan(0);
    expect((await page('page=-1&status=x')).total).to.equal(0);
  });

  it('shows each repository once to who pages while passes run, and each record at least once', async () => {
    const busy = await Site.open({ repositories: 250 });
    const page = async (
      list: string,
      at: number,
    ): Promise<{ total: number; items: { name: string; hash: string }[] }> =>
      (await (await busy.get(`/api/v1${POLICY}/${list}?page=${at}`)).json()) as {
        total: number;
        items: { name: string; hash: string }[];
      };
    const change = (ids: readonly number[], to: string): Entry => ({
      kind: 'FindingsChanged',
      data: { repositories: ids.map((id) => ({ id, name: nameOf(id), from: 'missing_file', to, codes: [] })) },
    });
    for (let at = 0; at < 110; at += 1) await busy.append([change([5], at % 2 > 0 ? 'missing_file' : 'invalid_yaml')]);
    const names: string[] = [];
    const before = await page('journal', 1);
    const hashes = before.items.map(({ hash }) => hash);
    for (const at of [1, 2, 3]) {
      names.push(...(await page('repositories', at)).items.map(({ name }) => name));
      await busy.append([change([7 + at, 101 + at, 201 + at], 'valid_production')]);
    }
    expect(names).to.have.length(250);
    expect(new Set(names).size).to.equal(250);
    for (const at of [2, 3]) hashes.push(...(await page('journal', at)).items.map(({ hash }) => hash));
    expect(new Set(hashes).size).to.equal(before.total);
    await busy.close();
  });

  it('answers 429 beyond its limit, which is fifty requests a second', async () => {
    const product = await Site.open({ requestsASecond: 'product' });
    expect((await product.get('/style.css')).headers.get('x-ratelimit-limit')).to.equal('50');
    await product.close();
    // A busy machine may not get to fifty in a second.
    const limited = await Site.open({ requestsASecond: 3 });
    const answers = await Promise.all(Array.from({ length: 80 }, () => limited.get('/style.css')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.map(({ status }) => status)).to.include(200);
    expect(await refused[0]?.text()).to.equal('too many requests\n');
    await limited.close();
  });

  it('says that its replica does not lead, and who does', async () => {
    const follower = await Site.open({ following: { leader: 'plus1-1_uid' } });
    expect(await (await follower.get('/')).text()).to.contain('plus1-1_uid');
    await follower.close();
  });

  it('answers under no name but those of this machine: a site that gives its own name this address reads nothing', async () => {
    const ask = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const request = get(`${site.url}/api/v1/policies`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on('error', reject);
      });
    for (const host of ['rebound.example.com', 'rebound.example.com:8082', 'localhost.example.com', '127.0.0.1.nip.io'])
      expect(await ask(host), host).to.equal(421);
    for (const host of ['localhost:8082', 'LOCALHOST', '127.0.0.1:9', '[::1]:8082', 'plus1.localhost'])
      expect(await ask(host), host).to.equal(200);
  });

  it('listens where others can reach it only where somebody says that something in front asks who comes', () => {
    for (const address of ['0.0.0.0:8082', ':8082', '[::]:8082', 'plus1.example.com:8082'])
      expect(() => webAddress(address, undefined), address).to.throw('can be reached by others');
    expect(webAddress(':8082', 'none')).to.deep.equal({ port: 8082 });
    for (const address of ['127.0.0.1:8082', '[::1]:0', 'localhost:1'])
      expect(webAddress(address, undefined)).to.have.property('port');
    expect(webAddress('0', undefined)).to.equal(undefined);
  });

  it('keeps its pages below 100 KB at 10,000 repositories and 100 policies', async function () {
    const large = await Site.open({ repositories: 10_000, policies: 100 });
    for (const path of PAGES) {
      const answer = await large.get(path);
      expect(answer.status).to.equal(200);
      expect(Buffer.byteLength(await answer.text()), path).to.be.lessThan(102_400);
    }
    await large.close();
  });

  it('is there for others while two hundred clients read nothing of what they asked for, and lets go of those', async () => {
    const slow = await Site.open({ silenceMs: 4_000 });
    const report = join(slow.reports, 'platform', 'acme', 'daily', '2026-11-26.json');
    // More than the buffers of a connection take.
    writeFileSync(report, Buffer.alloc(16_777_216, 'x'));
    const { hostname, port } = new URL(slow.url);
    const sockets = Array.from({ length: 200 }, () => connect(Number(port), hostname).pause());
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('GET /policies/platform/acme/reports/daily/2026-11-26.json HTTP/1.1\r\nhost: x\r\n\r\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    try {
      for (let at = 0; at < 20; at += 1) expect(await statusOf(`${slow.url}/`)).to.equal(200);
      // All their files at once would be three gigabytes.
      expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(104_857_600);
      // Both ends of each connection are in this process.
      const open = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
      while (open() > 250) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await statusOf(`${slow.url}/`)).to.equal(200);
    } finally {
      for (const socket of sockets) socket.destroy();
      await slow.close();
    }
  });
});

/** Over a connection of its own: one that is kept would be cut off for its silence. */
const statusOf = (url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode));
    }).once('error', reject);
  });
