/** What was kept, in the order in which it was: first what isolating changes, then all that a closed repository does not lose. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Story } from '../story.js';

export const evidence = {
  title: 'Evidence, with a manifest whose hash stands in the journal',
  async play(story: Story): Promise<void> {
    const { stage } = story;
    const folder = await story.evidenceFolder('tj-actions');
    stage.narrator.say(
      'Heads of branches, runs of the window and workflow files of each repository that is closed off:',
    );
    stage.narrator.command('cd state/.evidence/default.tj-actions.*/ && du -ab');
    for (const file of (await readdir(folder, { recursive: true })).sort()) {
      const about = await stat(join(folder, file));
      if (about.isFile()) stage.narrator.output(`${String(about.size).padStart(7)}  ${file}`);
    }
    const manifest = await readFile(join(folder, 'manifest.json'));
    const digest = createHash('sha256').update(manifest).digest('hex');
    const kept = (await story.status('tj-actions')).evidence;
    stage.prove(
      kept?.digest === `sha256:${digest}`,
      `manifest.json has the hash ${digest.slice(0, 16)}…, as the status says.`,
    );
    const kinds = ['IncidentHeld', 'IncidentRecorded', 'ActionsIntended', 'RunsCancelIntended', 'EvidenceKept'];
    await stage.run(`journal show acme --state state \\\n    ${kinds.map((kind) => `--kind ${kind}`).join(' ')}`);
  },
};
