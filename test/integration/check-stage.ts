/** A simulated GitHub with one organization, and `plus1 check` on it with a credential of each kind. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CheckResult } from '../../cmd/plus1/check/result.js';
import {
  seedOrganization,
  startGitHub,
  type GitHubSimulator,
  type Installation,
  type Organization,
  type Permissions,
  type Token,
} from '../fakes/github/index.js';
import { temporaryFolder } from '../temporary-folder.js';
import { plus1, type Ran, type RunOptions } from './cli.js';

export interface Line {
  name: CheckResult['name'];
  result: 'ok' | 'warning' | 'missing' | 'unknown';
  message: string;
  fix: string | null;
  code: string | null;
}

export interface CheckReport {
  organization: string;
  host: string;
  ruleset: string;
  timestamp: string;
  credential: { kind: string; source: string; expires: string | null };
  backup: CheckReport['credential'] | null;
  summary: Record<string, number>;
  checks: Line[];
}

export const USUAL = { metadata: 'read', contents: 'read', organization_administration: 'write' } as const;
export const PAT = 'github_pat_11ABCDE';

export const classic = (scopes: string[], more: object = {}): Token => ({ kind: 'classic', scopes, ...more });
export const fine = (more: object = {}): Token => ({
  kind: 'fine-grained',
  organization: 'acme',
  permissions: USUAL,
  ...more,
});

export const linesOf = (report: CheckReport, result: Line['result']): Line[] =>
  report.checks.filter((each) => each.result === result);
export const namesOf = (report: CheckReport, result: Line['result']): string[] =>
  linesOf(report, result).map(({ name }) => name);

/** The report of a run with `--format json`. */
export async function reportOf(ran: Promise<Ran>): Promise<CheckReport & { code: number | undefined }> {
  const { code, stdout, stderr } = await ran;
  expect(stderr).to.equal('');
  return { code, ...(JSON.parse(stdout) as CheckReport) };
}

export class CheckStage {
  readonly github: GitHubSimulator;
  readonly acme: Organization;
  readonly folder = temporaryFolder();
  /** What the simulator's clock says. */
  now: () => number = Date.now;

  private constructor(github: GitHubSimulator, acme: Organization) {
    this.github = github;
    this.acme = acme;
  }

  static async open(): Promise<CheckStage> {
    const acme = seedOrganization({ login: 'acme', repositories: 30, production: 10, empty: 4 });
    const clock = { now: Date.now };
    const github = await startGitHub({ organizations: [acme], clock: () => clock.now() });
    github.world.tokens.acceptAny = false;
    const stage = new CheckStage(github, acme);
    clock.now = () => stage.now();
    return stage;
  }

  /** Nothing but GETs and the minting of an App's token was sent, whatever the test was about. */
  async close(): Promise<void> {
    const others = this.github.requests.filter(({ method }) => method !== 'GET').map(({ operation }) => operation);
    await this.github.close();
    expect(others.filter((operation) => operation !== 'apps/create-installation-access-token')).to.deep.equal([]);
    expect(this.github.contractViolations).to.deep.equal([]);
  }

  check(args: string[] = [], options: RunOptions = {}): Promise<Ran> {
    return plus1(['check', '--org', 'acme', ...args], { github: this.github, ...options });
  }

  withToken(token: Token, value: string, args: string[] = []): Promise<Ran> {
    this.github.world.tokens.add(value, token);
    return this.check(args, { env: { GITHUB_TOKEN: value } });
  }

  /** A policy whose Secret holds an App on acme, as arguments. `installed`: what an owner has accepted. */
  app({
    permissions = { ...USUAL },
    installed = permissions,
    repositories,
    spec = {},
  }: { permissions?: Permissions; installed?: Permissions; repositories?: string[]; spec?: object } = {}): {
    args: string[];
    installation: Installation;
  } {
    const app = this.github.world.apps.add({ id: 12, slug: 'acme-plus1', permissions });
    const installation = app.install(this.acme, { permissions: installed, ...(repositories && { repositories }) });
    this.secret({ githubAppID: '12', githubAppInstallationID: `${installation.id}` });
    this.secret({ githubAppPrivateKey: app.privateKey, githubAppBaseURL: this.github.apiURL });
    const github = { apiURL: this.github.apiURL, credentials: { secretRef: { name: 'key' } } };
    const path = join(this.folder, 'policy.json');
    const head = { apiVersion: 'plus1.dev/v1alpha1', kind: 'Plus1Policy', metadata: { name: 'acme' } };
    writeFileSync(path, JSON.stringify({ ...head, spec: { organization: 'acme', github, ...spec } }));
    return { args: ['check', '-f', path, '--credentials', join(this.folder, 'credentials')], installation };
  }

  /** Writes keys of a Secret. */
  secret(keys: Record<string, string>, name = 'key'): void {
    const folder = join(this.folder, 'credentials', name);
    mkdirSync(folder, { recursive: true });
    for (const [key, value] of Object.entries(keys)) writeFileSync(join(folder, key), value);
  }
}
