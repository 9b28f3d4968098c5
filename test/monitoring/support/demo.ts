/**
 * A small organization on a simulated GitHub and the controller at work on it, so that a scrape has what a week of
 * operation would have: passes, changes, drift, an error, a rollout, an incident, issues, and a channel without its Secret.
 * `close()` ends both, in every case.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seedOrganization, startGitHub, type GitHubSimulator } from '../../fakes/github/index.js';
import { spawnPlus1, temporaryFolder, TOKEN, type Child } from '../../integration/cli.js';
import { eventually } from './eventually.js';

const POLICY = (apiURL: string): string => `apiVersion: plus1.dev/v1alpha1
kind: Plus1Policy
metadata: {name: acme}
spec:
  organization: acme
  github: {apiURL: '${apiURL}'}
  schedule: {interval: 1s}
  notifications: [{name: hook, type: Webhook, secretRef: {name: hook}}]
  issues: {mode: PerRepository}
  baseline: {enabled: true, scope: All, checks: {customProperties: {required: [team]}}}
  workflows: {enabled: true, scope: All}
---
apiVersion: plus1.dev/v1alpha1
kind: Plus1Rollout
metadata: {name: signed-commits}
spec:
  policyRef: {name: acme}
  rules: [{type: required_signatures}]
  stages: [{percent: 100, enforcement: Active, soak: 1h}]
  approval: None
  analysis: {interval: 1s}
  reason: Commits are signed from spring on
  owner: security
---
apiVersion: plus1.dev/v1alpha1
kind: Plus1Incident
metadata: {name: leak}
spec:
  policyRef: {name: acme}
  title: A token leaked
  severity: Low
  reason: A token of CI was seen in a public log
  owner: security
`;

export interface Demo {
  github: GitHubSimulator;
  /** `host:port` of the controller's metrics. */
  address: string;
  /** What Prometheus would read now. */
  scrape(): Promise<string>;
  close(): Promise<void>;
}

export async function startDemo(): Promise<Demo> {
  const organization = seedOrganization({ login: 'acme', repositories: 12, production: 5, archived: 1 });
  // Passes once a second would be stretched by the limits of a token.
  const github = await startGitHub({
    organizations: [organization],
    rateLimit: { rest: 1_000_000, graphql: 1_000_000 },
  });
  // With an end, or the metric of it would have no series.
  const expiresAt = Date.now() + 90 * 86_400_000;
  github.world.tokens.add(TOKEN, { kind: 'classic', scopes: ['repo', 'admin:org'], expiresAt });
  const child = await startController(github);
  const close = async (): Promise<void> => {
    child.process.kill('SIGTERM');
    await child.ended;
    await github.close();
  };
  try {
    const address = await listening(child);
    const scrape = async (): Promise<string> => (await fetch(`http://${address}/metrics`)).text();
    await liveThrough(github, scrape);
    return { github, address, scrape, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startController(github: GitHubSimulator): Promise<Child> {
  const folder = temporaryFolder();
  const [policies, state] = [join(folder, 'policies'), join(folder, 'state')];
  await mkdir(policies);
  await writeFile(join(policies, 'acme.yaml'), POLICY(github.apiURL));
  const addresses = ['--metrics-address', '127.0.0.1:0', '--health-address', '0', '--webhook-address', '127.0.0.1:0'];
  // The controller speaks plain http to no host that was not allowed by name.
  const allowed = ['--allowed-host', new URL(github.apiURL).host];
  // The names of the cases; what is sent where makes no difference to the series.
  const siem = join(folder, 'siem.yaml');
  await writeFile(siem, 'sinks: [{name: splunk, type: Stdout}, {name: otlp, type: Stdout}]');
  // Without retries the fault below becomes an error of the pass.
  const env = { RETRY_ATTEMPTS: '0' };
  return spawnPlus1(
    ['controller', '--policies', policies, '--state', state, ...addresses, ...allowed, '--siem', siem],
    {
      github,
      env,
    },
  );
}

/** Port 0 is told in the log. */
function listening(child: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const address = /"msg":"Listening","server":"metrics","address":"([^"]+)"/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.process.stdout?.on('data', read);
    child.process.stderr?.on('data', read);
    void child.ended.then(() => reject(new Error(`the controller ended:\n${text}`)));
  });
}

/** One act after the other: a fault in the first pass would hide what it changes, and drift needs a pass before it. */
async function liveThrough(github: GitHubSimulator, scrape: () => Promise<string>): Promise<void> {
  const shows = (pattern: RegExp): Promise<void> =>
    eventually(`the scrape shows ${String(pattern)}`, async () => pattern.test(await scrape()));
  await shows(/^plus1_passes_total\{.*result="succeeded"\} [1-9]/m);
  const ruleset = github.world.get('acme').ruleset('plus1_enforcement');
  ruleset.setMembers(ruleset.members.slice(1));
  await shows(/^plus1_drift_total\{.*change="removed"\} [1-9]/m);
  github.faults.next('list', { kind: 'status', status: 502 });
  await shows(/^plus1_rollout_pushes\{/m);
  await shows(/^plus1_incident_seconds\{/m);
  await shows(/^plus1_notifications_total\{/m);
  await shows(/^plus1_errors_total\{.*\} [1-9]/m);
}
