/** The report for auditors, as a file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Act } from '../act.js';

const REPORT = 'report.json';

export const report: Act = {
  title: 'The report',
  async play(stage) {
    const { narrator } = stage;
    narrator.say('The mistake is undone, and the next run finds everything in its place. --output keeps the report:');
    await stage.run(`sync -f policy.yaml --output ${REPORT}`);
    stage.proveWrites(0);
    const written = JSON.parse(await readFile(join(stage.folder, REPORT), 'utf8')) as Record<string, unknown>;
    const { plan, repositories, ...head } = written as { plan: object; repositories: unknown[] };
    narrator.say(
      '',
      `${REPORT}, but for its plan and its list of ${repositories.length.toLocaleString('en-US')} repositories:`,
    );
    narrator.output(JSON.stringify(head, null, 2));
    narrator.say('', 'and one of its repositories:');
    narrator.output(JSON.stringify(repositories[0], null, 2));
    stage.prove('held' in plan && repositories.length === 1_250, 'Every repository is in it, with its status and why.');
  },
};
