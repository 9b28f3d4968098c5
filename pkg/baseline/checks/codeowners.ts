/** The wanted owners own the paths that decide what is run and who is asked. */
import { lineOf, parseCodeowners, samplesOf, type Codeowners } from '../codeowners/file.js';
import type { BaselineSettings, CheckResult, Sight } from '../types.js';
import { fail, isSeen, listed, open, pass, type Asked } from './result.js';

type Settings = BaselineSettings['codeowners'];

export function codeowners(
  { codeowners: file, codeownersErrors: errors, rules, workflows }: Sight,
  settings: Settings,
): CheckResult {
  const who = settings.owners.length === 0 ? 'an owner' : `an owner of ${settings.owners.join(', ')}`;
  const asked: Asked = { name: 'codeowners', expected: `${who} for ${settings.paths.join(', ')}` };
  if (!isSeen(file)) return open(asked, [file]);
  if (file.seen === null) return fail(asked, 'no CODEOWNERS file', `add .github/CODEOWNERS with ${example(settings)}`);
  const { path, text } = file.seen;
  if (text === null)
    return fail(asked, `${path} is larger than 3 MB, so that GitHub does not read it`, `make ${path} smaller`);
  if (!isSeen(errors)) return open(asked, [errors]);
  const parsed = parseCodeowners(text, errors.seen);
  const known = isSeen(workflows) ? workflows.seen.files.map((each) => each.path) : [];
  const wrong = settings.paths.flatMap((each) => faultOf(parsed, each, { settings, known }) ?? []);
  const skipped =
    parsed.faulty.length === 0 ? '' : `; GitHub skips the faulty line ${listed(parsed.faulty.map(String))}`;
  if (wrong.length > 0) return fail(asked, `${path}: ${listed(wrong)}${skipped}`, fixOf(settings, path, parsed));
  const isAsked = isSeen(rules) && rules.seen.rules.some(({ asksCodeOwners }) => asksCodeOwners === true);
  const note = !isSeen(rules) || isAsked ? '' : '; no rule asks for a review by them';
  return pass(asked, `${path} has them${skipped}${note}`);
}

/** What is wrong with who owns a path; undefined where nothing is. */
function faultOf(
  parsed: Codeowners,
  path: string,
  { settings, known }: { settings: Settings; known: readonly string[] },
): string | undefined {
  const wanted = new Set(settings.owners.map((owner) => owner.toLowerCase()));
  const isWanted = (owners: readonly string[]): boolean =>
    wanted.size === 0 ? owners.length > 0 : owners.some((owner) => wanted.has(owner.toLowerCase()));
  for (const sample of samplesOf(parsed, path, known)) {
    const line = lineOf(parsed, sample);
    if (line === undefined) return `no line holds ${path}`;
    if (isWanted(line.owners)) continue;
    const by = line.owners.length === 0 ? 'nobody' : line.owners.join(' ');
    return `line ${line.line} gives ${line.pattern} to ${by}`;
  }
  return undefined;
}

const example = ({ owners, paths }: Settings): string => `${paths[0] ?? '/'} ${owners[0] ?? '@OWNER'}`;

function fixOf(settings: Settings, path: string, { faulty }: Codeowners): string {
  const correct = faulty.length === 0 ? '' : `correct line ${listed(faulty.map(String))}, and `;
  return `${correct}end ${path} with lines such as ${example(settings)}`;
}
