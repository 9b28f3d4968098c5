/** The journal of what the acts before did: its story, its proof by us and by others, and one changed byte. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findVerifier } from '../../outside/find-verifier.js';
import { DemoFault, type Act } from '../act.js';
import { LOGIN, type Stage } from '../stage.js';

/** Where `sync` keeps its memory without `--state`. */
const JOURNAL = '.local/state/plus1/.journal';
const SCRIPT = fileURLToPath(new URL('../../outside/journal/verify.sh', import.meta.url));

export const journal: Act = {
  title: 'The journal: the same story as evidence',
  async play(stage) {
    const { narrator } = stage;
    narrator.say('Each run of `sync` above recorded what it saw, what it was about to write, and what came of it:');
    await stage.run(`journal show ${LOGIN}`);
    await stage.run(`journal show ${LOGIN} --kind WriteIntended --kind WriteProved`);
    narrator.say('', 'Each record names the one before it by its hash, and a signed checkpoint covers them all.');
    await stage.run(`journal verify ${JOURNAL}`);
    byOthers(stage);
    await changeOneByte(stage);
  },
};

/** By code that shares nothing with ours, where its tools are on this machine. */
function byOthers(stage: Stage): void {
  const folder = join(stage.folder, JOURNAL);
  const verifier = findVerifier();
  if (verifier !== undefined)
    show(stage, 'journal-check', verifier, folder, 'A Go program on golang.org/x/mod/sumdb agrees.');
  const { status } = spawnSync('sh', ['-c', 'for tool in jq openssl sha256sum; do command -v $tool || exit 1; done']);
  if (status !== 0) return;
  for (const chain of chainsIn(folder))
    show(stage, 'test/outside/journal/verify.sh', SCRIPT, chain, 'A shell script on jq, sha256sum and openssl agrees.');
}

function show(stage: Stage, name: string, program: string, folder: string, fact: string): void {
  stage.narrator.command(`${name} ${folder.slice(stage.folder.length + 1)}`);
  const { status, stdout, stderr } = spawnSync(program, [folder], { encoding: 'utf8' });
  stage.narrator.output(stdout + stderr);
  stage.prove(status === 0, fact);
}

/** The folders that hold a manifest. */
const chainsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('manifest.json'))
    .map((path) => join(folder, path, '..'));

async function changeOneByte(stage: Stage): Promise<void> {
  const [chain] = chainsIn(join(stage.folder, JOURNAL));
  if (chain === undefined) throw new DemoFault('there is no chain');
  const path = join(chain, '00000001.jsonl');
  const before = readFileSync(path);
  const changed = Buffer.from(before);
  const at = changed.indexOf('"membersAfter":') + '"membersAfter":'.length;
  changed[at] = (changed[at] ?? 0) ^ 1;
  stage.narrator.say('', 'Somebody changes one digit of a record: how many members a write was to leave.');
  writeFileSync(path, changed);
  await stage.run(`journal verify ${JOURNAL}`, { exit: 1 });
  stage.prove(!changed.equals(before), 'One changed byte of the journal is found.');
  writeFileSync(path, before);
}
