/**
 * Makes the pictures of the guide to notifications: `node --import tsx test/notify/pictures/main.ts`. Needs a chromium on the path. What is
 * drawn was sent: a plan is held, and `plus1 sync` tells four channels of it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Html } from '../../../pkg/html/index.js';
import { say, town } from '../../builders.js';
import { MailServer } from '../../fakes/channels/mail.js';
import { PagerDutyFake } from '../../fakes/channels/pagerduty.js';
import { slackServer } from '../../fakes/channels/slack.js';
import { teamsFake } from '../../fakes/channels/teams.js';
import { startGitHub } from '../../fakes/github/index.js';
import { certificate } from '../../github/support/certificate.js';
import { plus1 } from '../../integration/cli.js';
import { mailPicture, pagerDutyPicture, slackPicture, STYLE, teamsPicture } from './channels.js';

const SERVICES =
  'billing checkout search payments ledger identity invoices catalog orders shipping returns pricing tax fraud mail push'.split(
    ' ',
  );
const NAMES = SERVICES.flatMap((service) => [`${service}-api`, `${service}-web`]);
const LEAVING = NAMES.slice(0, 11);

const acme = town({ members: NAMES.length });
for (const [at, repository] of acme.repositories.entries()) repository.rename(NAMES[at] ?? repository.name);
const nowMs = Date.parse('2026-11-23T10:00:00Z');
const begin = performance.now();
const clock = (): number => nowMs + Math.floor(performance.now() - begin);
const github = await startGitHub({ organizations: [acme], clock });
const folder = mkdtempSync(join(tmpdir(), 'plus1-pictures-'));
const [slack, teams, pagerDuty] = [await slackServer(), await teamsFake().start(), new PagerDutyFake()];
await pagerDuty.server.start();
const mail = await new MailServer({ ...certificate('localhost'), isPlain: true }).start();

function secret(name: string, keys: Record<string, string>): object {
  mkdirSync(join(folder, 'credentials', name), { recursive: true });
  for (const [key, value] of Object.entries(keys)) writeFileSync(join(folder, 'credentials', name, key), value);
  return { name, secretRef: { name } };
}

const notifications = [
  { type: 'Slack', ...secret('team', { url: `http://${slack.host}/services/T0/B0/secret` }) },
  { type: 'Teams', ...secret('channel', { url: `http://${teams.host}/workflows/1?sig=secret` }) },
  { type: 'PagerDuty', ...secret('oncall', { routingKey: pagerDuty.key, url: `http://${pagerDuty.server.host}` }) },
  {
    ...{ type: 'Email', to: ['security@example.com'] },
    ...secret('mail', { host: 'localhost', port: String(mail.port), from: 'plus1@example.com' }),
  },
];
const policy = {
  ...{ apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme', namespace: 'platform' } },
  spec: { organization: 'acme', github: { apiURL: github.apiURL }, exit: { gracePeriod: '0s' }, notifications },
};
const path = join(folder, 'policy.json');
writeFileSync(path, JSON.stringify(policy));
const allowed = [slack.host, teams.host, pagerDuty.server.host, 'localhost'].flatMap((host) => [
  '--notify-allowed-host',
  host,
]);
const flags = ['--state', join(folder, 'state'), '--credentials', join(folder, 'credentials'), ...allowed];
const sync = async (): Promise<void> => {
  const { stderr } = await plus1(['sync', '-f', path, ...flags, '--web-url', 'https://plus1.example.com'], {
    github,
    clock,
  });
  if (stderr.includes('not delivered')) throw new Error(stderr);
};
await sync();
for (const name of LEAVING) say(acme.get(name), 'deprecated');
await sync();

const told = <T>(all: readonly T[], text: (each: T) => string): T => {
  const found = all.findLast((each) => text(each).includes('PlanHeld'));
  if (found === undefined) throw new Error('a channel got nothing');
  return found;
};
const bodyOf = ({ body }: { body: string }): string => body;
const pictures: [string, Html][] = [
  ['slack', slackPicture(told(slack.taken, bodyOf).body)],
  ['teams', teamsPicture(told(teams.taken, bodyOf).body)],
  ['pagerduty', pagerDutyPicture(told(pagerDuty.server.taken, bodyOf).body)],
  ['mail', mailPicture(told(mail.mails, ({ text }) => text).text)],
];
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 640, height: 200 } });
for (const [name, picture] of pictures) {
  await page.setContent(`<style>${STYLE}</style><body>${picture.toString()}</body>`);
  await page.locator('body').screenshot({ path: `docs/images/notification-${name}.png` });
}
await browser.close();
await Promise.all([slack.close(), teams.close(), pagerDuty.server.close(), mail.close(), github.close()]);
rmSync(folder, { recursive: true, force: true });
