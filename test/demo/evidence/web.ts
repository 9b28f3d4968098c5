/**
 * `make demo-web`: the web page over the month of the demo, on a free port, until Ctrl-C. The clock of the page stands on the first day after the
 * month, a few hours after GitHub refused a write: one repository is in production and not governed.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { systemClock } from '../../../cmd/plus1/clock.js';
import { silentLog } from '../../../pkg/base/index.js';
import { parsePolicy } from '../../../pkg/api/index.js';
import { realFiles } from '../../../pkg/journal/index.js';
import type { PolicyRecord } from '../../../pkg/policies/index.js';
import type { OpenServer } from '../../../pkg/server/index.js';
import { createWebServer, WebSource } from '../../../pkg/web/index.js';
import { Scene } from '../../integration/passes.js';
import { removeTemporaryFolders, temporaryFolder } from '../../temporary-folder.js';
import { keepReports } from './keep-reports.js';
import { MONTH_START, playMonth } from './month.js';
import { CAST, demoTown } from './town.js';

const AFTER_MS = 4 * 3_600_000;
const INTERVAL_MS = 6 * 3_600_000;

/** The site of the demo. Close it. */
export interface DemoSite {
  url: string;
  close: () => Promise<void>;
}

export async function openDemoSite(address: string): Promise<DemoSite> {
  const scene = await Scene.open(demoTown(), MONTH_START);
  try {
    const [journalRoot = ''] = await playMonth(scene, CAST, { endsBadly: true });
    const reports = temporaryFolder();
    mkdirSync(reports, { recursive: true });
    const nowMs = scene.clock.now() + AFTER_MS;
    await keepReports({ journal: journalRoot, root: reports, nowMs });
    const source = new WebSource({
      ...{ home: { list: () => [recordOf(scene)] }, journalRoot, files: realFiles, reports },
      following: () => undefined,
    });
    const clock = { ...systemClock, now: () => nowMs };
    const server = await createWebServer({ address, auth: undefined, source, log: silentLog, clock });
    return siteOf(server, scene);
  } catch (error) {
    await scene.close();
    throw error;
  }
}

function siteOf(server: OpenServer | undefined, scene: Scene): DemoSite {
  return {
    url: `http://${server?.address ?? ''}/`,
    close: async () => {
      await server?.close();
      await scene.close();
      removeTemporaryFolders();
    },
  };
}

/** As a home lists it. */
function recordOf(scene: Scene): PolicyRecord {
  // No loop says when it looks again.
  const status = { ...scene.status, nextPassTime: new Date(scene.clock.now() + INTERVAL_MS).toISOString() };
  const document = {
    ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: 'default' } },
    spec: { organization: 'acme', github: {}, schedule: { interval: '6h' } },
  };
  const parsed = parsePolicy(document);
  if (!parsed.ok) throw new Error(parsed.faults.join());
  return {
    ...{ key: { namespace: 'default', name: 'acme' }, uid: '3f9a1c07-1111-4222-8333-444455556666', generation: 1 },
    ...{ policy: parsed.policy, faults: [], createdMs: MONTH_START, status },
  };
}

/** One that nobody listens on. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

if (process.argv[1]?.endsWith('web.ts') === true) {
  process.stdout.write('Playing a month of acme, four passes a day …\n');
  const site = await openDemoSite(`127.0.0.1:${process.argv[2] ?? (await freePort())}`);
  process.stdout.write(`The web page is at ${site.url} until Ctrl-C.\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void site.close());
}
