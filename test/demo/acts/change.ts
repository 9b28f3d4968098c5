/** Three pushes: one repository goes to production, one leaves it, one breaks its file. Only the first changes anything at once. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Repository } from '../../fakes/github/index.js';
import { DemoFault, type Act } from '../act.js';
import { CATALOGUE, type Stage } from '../stage.js';
import { cast } from '../cast.js';

export const change: Act = {
  title: 'Three pushes: one promotes, one demotes, one breaks its file',
  async play(stage) {
    const { narrator } = stage;
    const { promoted, demoted, broken } = cast(stage);
    push(stage, promoted, /lifecycle: .*/g, 'lifecycle: production');
    promoted.expected = 'valid_production';
    push(stage, demoted, /lifecycle: .*/g, 'lifecycle: deprecated');
    demoted.expected = 'valid_non_production';
    push(stage, broken, /lifecycle: .*/, 'lifecycle: [production');
    broken.expected = 'invalid_yaml';
    narrator.say(
      `${promoted.name} now says production, ${demoted.name} now says deprecated,`,
      `and ${broken.name} has a bracket that nobody closed.`,
    );
    await stage.run('sync -f policy.yaml');
    stage.proveWrites(1);
    stage.prove(stage.isGoverned(promoted), `${promoted.name} entered: it declares production.`);
    stage.prove(
      stage.isGoverned(demoted),
      `${demoted.name} is still governed: leaving takes 24 hours of standing evidence, or one push would unprotect it.`,
    );
    stage.prove(stage.isGoverned(broken), `${broken.name} is still governed: breaking the file is no way out.`);
    await tellOwner(stage, broken);
  },
};

function push(stage: Stage, repository: Repository, what: RegExp, by: string): void {
  const before = stage.catalogue(repository);
  const after = before.replace(what, by);
  if (after === before) throw new DemoFault(`the file of ${repository.name} has nothing to change`);
  repository.commit(CATALOGUE, after, { name: 'Grace', login: 'grace' });
}

/** The same judgement on a checkout, where its owner or a CI job meets it. */
async function tellOwner(stage: Stage, repository: Repository): Promise<void> {
  await mkdir(join(stage.folder, repository.name));
  await writeFile(join(stage.folder, repository.name, CATALOGUE), stage.catalogue(repository));
  stage.narrator.say(
    '',
    `The owner of ${repository.name} sees the same in a checkout, with file, line and what to do:`,
  );
  await stage.run(`validate ${repository.name}`, { exit: 1 });
}
