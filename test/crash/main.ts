/**
 * `make crash`: every boundary of several stories. Prints how many there were; ends with 1 where something was wrong. `journal` or
 * `sync` as its argument plays one kind of story alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashJournal } from './crash-journal.js';
import type { Outcome } from './cuts.js';
import { crashSync } from './sync-story.js';

const STORIES = 2;
const STEPS = 16;

const kind = process.argv[2];
const first = Number(process.env['PLUS1_SEED'] ?? 1);
const top = mkdtempSync(join(tmpdir(), 'plus1-crash-'));
const folder = (): string => mkdtempSync(join(top, 'disk-'));

function tell(what: string, { boundaries, starts, wrong }: Outcome): void {
  console.log(`${what}: ${boundaries} boundaries, ${starts} disks that differ, ${wrong.length} wrong`);
  for (const each of wrong) console.log(`  ${each}`);
  if (wrong.length > 0) process.exitCode = 1;
}

try {
  if (kind !== 'sync')
    for (let seed = first; seed < first + STORIES; seed += 1) {
      const story = { seed, steps: STEPS, share: 1, folder };
      tell(`journal, story ${seed}`, await crashJournal(story));
      tell(`journal, story ${seed}, killed before the power cut`, await crashJournal({ ...story, isTwice: true }));
    }
  if (kind !== 'journal') tell('sync, state and journal', await crashSync({ seed: first, share: 1, folder }));
} finally {
  rmSync(top, { recursive: true, force: true });
}
