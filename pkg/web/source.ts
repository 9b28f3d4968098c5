/** What the page is made of: policies from their home, repositories from the journal. It asks GitHub nothing, and changes nothing. */
import { relative, sep } from 'node:path';
import type { PolicySpec } from '../api/index.js';
import {
  ChainFollower,
  foldersBelow,
  Groups,
  lastClosed,
  policyFolders,
  recordedExemption,
  Replay,
  type Files,
  type Recorded,
} from '../journal/index.js';
import { keyString, type PolicyHome, type PolicyKey, type PolicyRecord } from '../policies/index.js';
import { LRU } from '../base/index.js';

export interface Row {
  id: number;
  name: string;
  /** Of its catalogue file. */
  status: string;
  /** Since when it says so. */
  statusSince: string;
  /** In the ruleset, and protected by it, as far as records tell. */
  isGoverned: boolean;
  /** Since when it is in the ruleset; undefined where it is not. */
  governedSince?: string;
  /** Since when it is in production and not governed. */
  ungovernedSince?: string;
  /** The effect of the exemption that decides about it. */
  exemption?: string;
}

export interface PolicyState {
  recorded: Recorded;
  /** By name. */
  rows: readonly Row[];
  /** When the last record was written. */
  time: string;
}

/** Who leads, where this replica does not. */
export interface Following {
  leader: string;
}

/** What the last full pass saw of a repository beside its catalogue file. */
export interface SeenBeside {
  /** Its checklist; absent where nobody asks, or it was not looked at yet. */
  checks?: readonly { name: string; result: string; found: string; expected: string; fix: string | null }[];
  /** The jobs of its workflow files by status; absent as above. */
  workflows?: { jobs: readonly { status: string; count: number }[]; filesUnreadable: number };
}

export interface WebSourceOptions {
  home: Pick<PolicyHome, 'list'>;
  /** Ends once `home` and `following` say what is so now. Absent where they always do. */
  refresh?: () => Promise<void>;
  /** From what passes kept beside the journal, in bounded time. Never throws. Absent where nothing is kept. */
  beside?: (key: PolicyKey, spec: PolicySpec, id: number) => Promise<SeenBeside>;
  /** The root of the journal; undefined where there is none. */
  journalRoot: string | undefined;
  files: Files;
  /** The folder of reports; undefined where none are written. */
  reports: string | undefined;
  /** Undefined where this process leads, or nobody has to. */
  following: () => Following | undefined;
}

/** Of how many policies the state is kept between requests. */
const KEPT = 32;
const BATCH = 5_000;
const BATCH_BYTES = 8_388_608;

interface Kept {
  chain: string;
  follower: ChainFollower;
  groups: Groups;
  replay: Replay;
  after: number;
  time: string;
  state: PolicyState | undefined;
}

export class WebSource {
  readonly #options: WebSourceOptions;
  readonly #kept = new LRU<Kept>(KEPT);
  /** Two requests for one policy read its journal once. */
  readonly #reading = new Map<string, Promise<PolicyState | undefined>>();

  constructor(options: WebSourceOptions) {
    this.#options = options;
  }

  /** Before each answer. */
  async refresh(): Promise<void> {
    await this.#options.refresh?.();
  }

  get policies(): readonly PolicyRecord[] {
    return this.#options.home.list();
  }

  get following(): Following | undefined {
    return this.#options.following();
  }

  get journalRoot(): string | undefined {
    return this.#options.journalRoot;
  }

  get files(): Files {
    return this.#options.files;
  }

  get reports(): string | undefined {
    return this.#options.reports;
  }

  policy({ namespace, name }: PolicyKey): PolicyRecord | undefined {
    return this.policies.find(({ key }) => key.namespace === namespace && key.name === name);
  }

  /** What is not known is absent. */
  async beside({ key, policy }: PolicyRecord, id: number): Promise<SeenBeside> {
    const { beside } = this.#options;
    if (beside === undefined || policy === undefined) return {};
    return beside(key, policy.spec, id);
  }

  /** The folders of its chains, by name. */
  async chains({ namespace, name }: PolicyKey): Promise<string[]> {
    const { files, journalRoot } = this.#options;
    if (journalRoot === undefined) return [];
    const folders = await policyFolders([journalRoot], { namespace, name }, files);
    return (await Promise.all(folders.map(({ path }) => foldersBelow(files, path)))).flat();
  }

  /** What its journal says by now; undefined where there is none, or nothing of it can be read. */
  state(policy: PolicyRecord): Promise<PolicyState | undefined> {
    const id = keyString(policy.key);
    const reading = this.#reading.get(id) ?? this.#read(id, policy).finally(() => this.#reading.delete(id));
    this.#reading.set(id, reading);
    return reading;
  }

  async #read(id: string, policy: PolicyRecord): Promise<PolicyState | undefined> {
    const folder = await this.#folder(policy);
    if (folder === undefined) return undefined;
    let kept = this.#kept.get(id);
    if (kept?.chain !== folder) {
      kept = await this.#begin(folder);
      this.#kept.set(id, kept);
    }
    await catchUp(kept);
    return kept.state;
  }

  /** The chain that the status names, else the one that was written to last. */
  async #folder({ key, status }: PolicyRecord): Promise<string | undefined> {
    const folders = await this.chains(key);
    const { journalRoot = '' } = this.#options;
    const nameOf = (folder: string): string => relative(journalRoot, folder).split(sep).join('/');
    return folders.find((folder) => nameOf(folder) === status.journal?.chain) ?? folders.at(-1);
  }

  /** The open segment alone: its first record holds everything that counts now. */
  async #begin(folder: string): Promise<Kept> {
    const { files } = this.#options;
    return {
      ...{ chain: folder, follower: new ChainFollower(files, folder), groups: new Groups(), replay: new Replay() },
      ...{ after: await lastClosed(files, folder), time: '', state: undefined },
    };
  }
}

async function catchUp(kept: Kept): Promise<void> {
  for (let hasMore = true; hasMore;) {
    const read = await kept.follower.read({ after: kept.after, until: Infinity, records: BATCH, bytes: BATCH_BYTES });
    hasMore = read.hasMore;
    for (const { record } of read.lines) {
      const whole = kept.groups.push(record);
      if (whole !== undefined) kept.replay.apply(whole);
      kept.after = record.seq;
      kept.time = record.time;
      kept.state = undefined;
    }
  }
  if (kept.after > 0) kept.state ??= { recorded: kept.replay, rows: rowsOf(kept.replay), time: kept.time };
}

function rowsOf({ repositories, members, ungoverned, exemptions, ruleset }: Recorded): Row[] {
  const protects = mayProtect(ruleset);
  const rows = [...repositories].map(([id, { name, status, since }]): Row => {
    const governedSince = members.get(id)?.since;
    const ungovernedSince = ungoverned.get(id);
    const exemption = effectOf(recordedExemption(exemptions, id, name));
    const isGoverned = governedSince !== undefined && ungovernedSince === undefined && protects;
    return {
      ...{ id, name, status, statusSince: since, isGoverned },
      ...(governedSince !== undefined && { governedSince }),
      ...(ungovernedSince !== undefined && { ungovernedSince }),
      ...(exemption !== undefined && { exemption }),
    };
  });
  return rows.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
}

/** False of a ruleset that is not active, or has no rule: whom it targets it does not protect. True where no record tells. */
function mayProtect(ruleset: unknown): boolean {
  const { enforcement, rules } = (ruleset ?? {}) as { enforcement?: unknown; rules?: unknown };
  return (typeof enforcement !== 'string' || enforcement === 'active') && !(Array.isArray(rules) && rules.length === 0);
}

function effectOf(exemption: unknown): string | undefined {
  const { effect } = (exemption ?? {}) as { effect?: unknown };
  return typeof effect === 'string' ? effect : undefined;
}
