/** A journal of some passes and months, and what takes its proofs away. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChainWriter } from '../../pkg/journal/chain/writer.js';
import { parseVerifierKey, type VerifierKey } from '../../pkg/journal/proof/key.js';
import { parseManifest } from '../../pkg/journal/proof/manifest.js';
import { canonical } from '../../pkg/journal/record/line.js';
import { verify } from '../../pkg/journal/verify/verify.js';
import { CONTEXT, event, signal, Stage } from './stage.js';

const DAY_MS = 86_400_000;

export class Unproved {
  readonly #stage: Stage;
  readonly #writer: ChainWriter;
  #passes = 0;

  private constructor(stage: Stage, writer: ChainWriter) {
    this.#stage = stage;
    this.#writer = writer;
  }

  /** Three segments of a month each, all of them signed. */
  static async open(): Promise<Unproved> {
    const stage = new Stage();
    const scene = new Unproved(stage, await stage.writer());
    for (const time of ['2026-11-28T05:00:00Z', '2027-01-01T05:00:00Z', '2027-02-01T05:00:00Z']) {
      stage.nowMs = Date.parse(time);
      await scene.append(time);
      await scene.sign();
    }
    return scene;
  }

  static async killedInItsFirstPass(): Promise<Unproved> {
    const stage = new Stage();
    return new Unproved(stage, await stage.writer());
  }

  get folder(): string {
    return this.#stage.folder(this.#writer.chain);
  }

  get root(): string {
    return this.#stage.root;
  }

  /** Of the manifest, as an auditor has it from elsewhere. */
  get vkey(): string {
    return this.#manifest.keys.at(-1) ?? '';
  }

  async append(...messages: string[]): Promise<void> {
    this.#passes += 1;
    await this.#writer.append(messages.map(event), { ...CONTEXT, pass: `pass-${this.#passes}` }, signal);
  }

  async sign(): Promise<void> {
    await this.#writer.checkpoint(signal);
  }

  async expire(): Promise<void> {
    await this.#writer.removeExpired(45 * DAY_MS, CONTEXT, signal);
    await this.sign();
  }

  loseCheckpoints(): void {
    for (const name of ['checkpoint', 'checkpoints']) rmSync(join(this.folder, name), { force: true });
  }

  /** As a removal does, but for its record. */
  hideFirstSegment(): void {
    const manifest = this.#manifest;
    const [first, ...rest] = manifest.segments;
    if (first === undefined) throw new Error('there is no closed segment');
    const { fileHash: _hash, ...kept } = first;
    const text = `${canonical({ ...manifest, segments: rest, removed: [{ ...kept, file: '00000001.jsonl' }] })}\n`;
    writeFileSync(join(this.folder, 'manifest.json'), text);
    for (const end of ['.jsonl', '.jsonl.gz']) rmSync(join(this.folder, `00000001${end}`), { force: true });
  }

  async verdict({ isKeyGiven = false, folder = this.root } = {}): Promise<{ faults: string[]; notes: string[] }> {
    const key = parseVerifierKey(this.vkey) as VerifierKey;
    const { chains } = await verify({ folders: [folder], keys: isKeyGiven ? [key] : [], checkpoints: [], heads: [] });
    return {
      faults: chains.flatMap(({ faults }) => faults.map(({ file, code }) => `${file}: ${code}`)),
      notes: chains.flatMap(({ notes }) => notes),
    };
  }

  get #manifest(): NonNullable<ReturnType<typeof parseManifest>> {
    const manifest = parseManifest(readFileSync(join(this.folder, 'manifest.json'), 'utf8'));
    if (manifest === undefined) throw new Error('there is no manifest');
    return manifest;
  }
}
