/** A journal in a temporary folder, with a clock that a test moves, and a disk that a test breaks. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { membersHash } from '../../pkg/base/index.js';
import { realFiles, type Files, type OpenFile, type TakeLine } from '../../pkg/journal/chain/files.js';
import { openChain, type JournalOptions, type OpenedChain, type OpenRequest } from '../../pkg/journal/chain/open.js';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { generateKey } from '../../pkg/journal/proof/key.js';
import type { Entry, PolicyIdentity } from '../../pkg/journal/record/record.js';
import type { Snapshot } from '../../pkg/journal/record/replay.js';
import { temporaryFolder } from '../temporary-folder.js';

export const signal = new AbortController().signal;

export const POLICY: PolicyIdentity = {
  namespace: 'platform',
  name: 'acme',
  uid: '3f9a1c07-1111-4222-8333-444455556666',
  organization: 'acme',
  ruleset: 'plus1_enforcement',
};
export const CONTEXT = { pass: '6f1c2f0e-0000-4000-8000-000000000001', policy: POLICY };

export const snapshotOf = (members: readonly number[]): Snapshot => ({
  members: [...members],
  repositories: members.map((id) => [id, `svc-${id}`, 'valid_production', '2026-11-01T00:00:00Z']),
  ungoverned: [],
  hold: null,
  exemptions: [],
  spec: { organization: 'acme' },
});

export const intended = (before: readonly number[], enter: readonly number[], leave: readonly number[]): Entry => {
  const after = [...before.filter((id) => !leave.includes(id)), ...enter];
  const member = (id: number): { id: number; name: string; status: string } => ({ id, name: `svc-${id}`, status: 'x' });
  return {
    kind: 'WriteIntended',
    data: {
      planHash: 'sha256:plan',
      enter: enter.map(member),
      leave: leave.map(member),
      membersBefore: before.length,
      membersAfter: after.length,
      hashBefore: membersHash(before),
      hashAfter: membersHash(after),
    },
  };
};

export const proved = (after: readonly number[]): Entry => ({
  kind: 'WriteProved',
  data: { planHash: 'sha256:plan', hashAfter: membersHash(after), error: null },
});

export const event = (message: string): Entry => ({ kind: 'SecurityEvent', data: { event: 'DataAnomaly', message } });

/** Real files that fail where a test says so. */
export class Disk implements Files {
  /** Asked before each call; an errno, or how many bytes a write takes. */
  fault: (call: string, path: string) => string | number | undefined = () => undefined;
  readonly calls: string[] = [];

  #ask(call: string, path: string): number | undefined {
    this.calls.push(call);
    const fault = this.fault(call, path);
    if (typeof fault === 'string') throw Object.assign(new Error(fault), { code: fault });
    return fault;
  }

  async #wrap(path: string, opened: Promise<OpenFile>): Promise<OpenFile> {
    const file = await opened;
    return {
      size: () => file.size(),
      write: async (bytes, offset) => {
        const taken = this.#ask('write', path);
        if (taken === 0) return 0;
        return file.write(taken === undefined ? bytes : bytes.subarray(0, taken), offset);
      },
      truncate: async (size) => {
        this.#ask('truncate', path);
        await file.truncate(size);
      },
      sync: async () => {
        this.#ask('sync', path);
        await file.sync();
      },
      close: () => file.close(),
    };
  }

  async open(path: string): Promise<OpenFile> {
    this.#ask('open', path);
    return this.#wrap(path, realFiles.open(path));
  }
  async create(path: string): Promise<OpenFile> {
    this.#ask('create', path);
    return this.#wrap(path, realFiles.create(path));
  }
  async read(path: string, maxBytes: number): Promise<Buffer> {
    return realFiles.read(path, maxBytes);
  }
  async readLines(path: string, maxBytes: number, take: TakeLine): Promise<void> {
    return realFiles.readLines(path, maxBytes, take);
  }
  async readFrom(path: string, offset: number, maxBytes: number): Promise<Buffer> {
    return realFiles.readFrom(path, offset, maxBytes);
  }
  async list(folder: string): Promise<string[]> {
    return realFiles.list(folder);
  }
  async makeFolder(path: string): Promise<void> {
    this.#ask('makeFolder', path);
    await realFiles.makeFolder(path);
  }
  async syncFolder(path: string): Promise<void> {
    this.#ask('syncFolder', path);
    await realFiles.syncFolder(path);
  }
  async rename(from: string, to: string): Promise<void> {
    this.#ask('rename', to);
    await realFiles.rename(from, to);
  }
  async remove(path: string): Promise<void> {
    this.#ask('remove', path);
    await realFiles.remove(path);
  }
}

export class Stage {
  readonly root = join(temporaryFolder(), 'journal');
  readonly disk = new Disk();
  nowMs = Date.parse('2026-11-28T04:00:00.000Z');
  keys = [generateKey()];
  options: Partial<JournalOptions> = {};
  #random = 0x0badcafe;

  /** As a process does that starts. */
  open(request: Partial<OpenRequest> = {}): Promise<OpenedChain> {
    return openChain(
      {
        ...{ root: this.root, writer: 'plus1-0', actor: 'plus1/0.2.0', tool: '0.2.0', files: this.disk },
        ...{ keys: this.keys, now: () => this.nowMs, random: () => (this.#random++).toString(16).padStart(8, '0') },
        ...this.options,
      },
      { ...CONTEXT, snapshot: () => snapshotOf([1, 2]), ...request },
      signal,
    );
  }

  async writer(request: Partial<OpenRequest> = {}): Promise<ChainWriter> {
    return (await this.open(request)).writer;
  }

  folder(chain: string): string {
    return join(this.root, chain);
  }

  /** Every file below the root, by its path there. */
  contents(folder = this.root): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    const walk = (below: string): void => {
      for (const name of readdirSync(join(folder, below))) {
        const path = join(below, name);
        if (statSync(join(folder, path)).isDirectory()) walk(path);
        else found.set(path, readFileSync(join(folder, path)));
      }
    };
    walk('');
    return found;
  }
}

/** The files of a journal in another folder. */
export function writeContents(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
