/** Puts the room together: one credential at one host, seen by a reader and, apart from it, by a writer. */
import type { Targeting, TargetProperty } from '../api/index.js';
import { silentLog, sleep, type Log, type Sleep, type Timers } from '../base/index.js';
import type { Credential } from './credentials/credential.js';
import { identityOf } from './credentials/identity.js';
import { Examiner, type GitHubExaminer } from './examine/examiner.js';
import { GitHubClient } from './client.js';
import { DEFAULT_BATCH_SIZE, MAX_BATCH_SIZE } from './inventory/file-reader.js';
import type { ListingBounds } from './inventory/listing.js';
import { IssueClient } from './repository-issues/issue-client.js';
import type { IssueTracker } from './repository-issues/types.js';
import { membershipOf } from './membership/memberships.js';
import { appChain, chains, type ChainOptions } from './requester/chains.js';
import type { API } from './requester/exchange.js';
import type { Cost, FullPasses } from './requester/full-passes.js';
import { checkedAddress } from './requester/host-pin.js';
import { NOP_OBSERVER, type RequestObserver } from './requester/metrics.js';
import { LatestSend } from './requester/latest-send.js';
import { Patience, type Wait } from './requester/patience.js';
import { CheckedTime } from './requester/pass-time.js';
import { writeGate } from './requester/write-gate.js';
import { WriteTurn } from './requester/write-turn.js';
import { octokitOn, Requester } from './requester/requester.js';
import { DEFAULT_ATTEMPTS, DEFAULT_RETRY_DELAY_MS } from './requester/retry.js';
import { CredentialSession } from './requester/session.js';
import { createTransport, type Fetch, type ProxySettings, type TLSVersion } from './requester/transport.js';
import type { GitHubReader, GitHubWriter } from './types.js';
import { WriteSender } from './write-sender.js';
import { RulesetWriter } from './writer.js';

export interface GitHubOptions {
  /** REST root: https://api.github.com, https://api.SUB.ghe.com, https://HOST/api/v3. */
  apiURL: string;
  credential: Credential;
  /** How the ruleset names its members: it decides where they stand, and what the credential must be allowed. */
  targeting: Targeting;
  /** With targeting by property. */
  property?: TargetProperty | undefined;
  /** What the credential is used for: an App's installation is looked up there where its Secret names none. */
  organization?: string;
  /** PEM; trusted in place of the public roots. */
  caCert?: string;
  proxy?: ProxySettings;
  /** 1.3 unless given. */
  tlsMinVersion?: TLSVersion;
  /** Policies that share a credential share its session; without one, a session of its own. */
  session?: CredentialSession;
  /** Requests in flight at most, 1 to 10 (5). Without a `session` only: a session has its own. */
  concurrency?: number;
  /** Repositories in a question for files at the start, 1 to 100 (50). */
  batchSize?: number;
  /** Smaller pages and lanes of the listing, for tests with few repositories. */
  listing?: ListingBounds;
  /** Retries of a read (3), and the first wait before one in ms (1,000). */
  attempts?: number;
  retryDelayMs?: number;
  /** The longest known wait that is waited for in place; 0 (the default): none, it is an error with its time. */
  maxWaitMs?: number;
  onWait?: (wait: Wait) => void;
  requestTimeoutMs?: number;
  /** In place of undici's own, for tests without sockets. */
  fetch?: Fetch;
  clock: Timers;
  /** 0 to 1. */
  random: () => number;
  sleep?: Sleep;
  log?: Pick<Log, 'debug'>;
  observer?: RequestObserver;
  /** Asked at the last moment before a write leaves; throws to refuse it. */
  beforeWrite?: () => void;
}

export interface Sent {
  requests: number;
  /** Those of them that a secondary limit refused, waited for or not. */
  secondaryLimits: number;
  /** What they took of the hourly limits. */
  cost: Readonly<Cost>;
}

export interface GitHub {
  reader: GitHubReader;
  /** Asks about the credential itself. Reads nothing else. */
  examiner: GitHubExaminer;
  /** Not for a dry run. */
  writer: GitHubWriter;
  /** Issues of repositories. Not for a dry run. */
  issues: IssueTracker;
  /** What was sent so far. */
  sent(): Sent;
  /** Of all users of the credential. */
  fullPasses: FullPasses;
  /** Ends the connections. */
  close(): Promise<void>;
}

/**
 * The clients of one pass, whose time starts now. Throws PLUS1_HOST_NOT_ALLOWED for an address that must not be used, before
 * anything is looked up.
 */
export function createGitHub(given: GitHubOptions): GitHub {
  const { observer = NOP_OBSERVER } = given;
  const sent = { requests: 0, secondaryLimits: 0 };
  const cost: Cost = { core: 0, graphql: 0 };
  const request: RequestObserver['request'] = (ended) => {
    sent.requests += 1;
    observer.request(ended);
  };
  const options = { ...given, observer: { ...observer, request } };
  const apiURL = checkedAddress(options.apiURL);
  const session =
    options.session ??
    new CredentialSession(options.concurrency === undefined ? {} : { concurrency: options.concurrency });
  const onSecondaryLimit = (): void => void (sent.secondaryLimits += 1);
  const onCost = (api: API, points: number): void => void (cost[api === 'graphql' ? 'graphql' : 'core'] += points);
  const settings = { ...chainOptions(options, apiURL, session), onSecondaryLimit, onCost };
  const transport = createTransport(options);
  const latest = new LatestSend(settings.time);
  const beforeWrite = async (): Promise<void> => {
    await latest.require();
    options.beforeWrite?.();
  };
  const send = writeGate({ beforeWrite, left: () => latest.left() })(transport.send);
  const own = identityOf(options.credential, {
    octokit: () => octokitOn(apiURL, appChain(settings, send)),
    organization: options.organization,
    session,
    clock: options.clock,
  });
  const ofProxy = proxySecrets(options.proxy);
  const identity = { ...own, secrets: () => [...own.secrets(), ...ofProxy] };
  const { reads, writes } = chains(settings, identity, send);
  const batchSize = Math.min(MAX_BATCH_SIZE, Math.max(1, options.batchSize ?? DEFAULT_BATCH_SIZE));
  const { essential } = reads;
  const [reading, writing] = [new Requester(apiURL, reads), new Requester(apiURL, writes)];
  const membership = membershipOf(options, {
    requester: reading,
    context: (what, signal) => ({
      ...{ what, signal, kind: identity.kind, fineGrained: identity.fineGrained },
      needs: 'organization_custom_properties: write',
    }),
  });
  return {
    examiner: new Examiner({
      requester: new Requester(apiURL, { reads: essential, once: essential, essential }),
      identity,
      serverTime: session.serverTime,
      clock: options.clock,
      membership,
    }),
    reader: new GitHubClient({
      ...settings,
      ...options.listing,
      requester: reading,
      identity,
      targeting: options.targeting,
      membership,
      batchSize,
      concurrency: () => session.window.now,
    }),
    writer: new RulesetWriter(writing, {
      ...{ targeting: options.targeting, membership, sender: new WriteSender(identity, latest) },
      ...{ patience: settings.patience, turn: settings.turn },
    }),
    issues: new IssueClient({
      ...{ reads: reading, writes: writing },
      ...{ identity, pace: session.issuePace, clock: options.clock, sleep: settings.sleep },
    }),
    sent: () => ({ ...sent, cost: { ...cost } }),
    fullPasses: session.fullPasses,
    close: () => transport.close(),
  };
}

/** A proxy may quote its own credential in what it answers in GitHub's place. */
function proxySecrets(proxy: ProxySettings | undefined): string[] {
  if (proxy?.https === undefined || !URL.canParse(proxy.https)) return [];
  const { username, password } = new URL(proxy.https);
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return password === '' ? [] : [decodeURIComponent(password), pair];
}

function chainOptions(options: GitHubOptions, apiURL: string, session: CredentialSession): ChainOptions {
  const { clock, random } = options;
  const wait: Sleep = options.sleep ?? ((ms, signal) => sleep(clock, ms, signal));
  const time = new CheckedTime(clock);
  return {
    apiURL,
    origin: new URL(apiURL).origin,
    session,
    turn: new WriteTurn({ slots: session.slots, writers: session.writers, clock, sleep: wait }),
    patience: new Patience({ maxWaitMs: options.maxWaitMs ?? 0, onWait: options.onWait, clock, time, sleep: wait }),
    attempts: options.attempts ?? DEFAULT_ATTEMPTS,
    retryDelayMs: options.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
    requestTimeoutMs: options.requestTimeoutMs,
    clock,
    time,
    random,
    sleep: wait,
    observer: options.observer ?? NOP_OBSERVER,
    log: options.log ?? silentLog,
  };
}
