/**
 * The verdict on all catalogue files of one repository. What it decides moves repositories in and out of protection:
 * unknown comes first (it decides nothing), then what is broken (a broken file is no way out), then production.
 */
import { readFile, type FileReading, type Seen } from './read-file.js';
import type { CatalogFile, JudgeSettings, Verdict } from './types.js';

/**
 * What verdicts have got since the first ones. Passes keep verdicts with it, and read files again whose verdict was made without: a change
 * of what the judge says about the same text adds a word, or verdicts of the version before are believed until somebody pushes.
 */
export const JUDGEMENT: readonly string[] = ['owner'];

/** Never throws. No files at all (an empty repository) is `missing_file`. */
export function judge(files: readonly CatalogFile[], settings: JudgeSettings): Verdict {
  const seen: Seen = new Map();
  const all = files.map((file) => readFile(file, settings, seen));
  const present = all.filter((reading) => reading.state !== 'absent');
  const readings = present.length === 0 ? all : present;
  const status = statusOf(readings);
  const said = readings.flatMap((reading) => reading.said);
  const deciding =
    status === 'valid_production'
      ? said.find((one) => one.production)
      : status === 'valid_non_production'
        ? said[0]
        : undefined;
  // Of the entity that decides; where none does, the first that is named.
  const owner = deciding === undefined ? readings.flatMap(({ owners }) => owners)[0] : deciding.owner;
  return {
    status,
    lifecycles: [...new Set(said.map((one) => one.lifecycle))],
    documents: readings.reduce((sum, reading) => sum + reading.documents, 0),
    ...(deciding === undefined ? {} : { evidence: evidenceOf(deciding) }),
    ...(owner === undefined ? {} : { owner }),
    reasons: readings.flatMap((reading) => (said.length > 0 ? reading.reasons.spoken : reading.reasons.silent)),
  };
}

function statusOf(readings: readonly FileReading[]): Verdict['status'] {
  if (readings.some((reading) => reading.state === 'unobserved')) return 'unobserved';
  for (const { state } of readings) if (state === 'invalid_yaml' || state === 'unreadable') return state;
  if (readings.some((reading) => reading.said.some((one) => one.production))) return 'valid_production';
  if (readings.some((reading) => reading.invalid > 0)) return 'invalid_schema';
  if (readings.some((reading) => reading.said.length > 0)) return 'valid_non_production';
  return readings.every((reading) => reading.state === 'absent') ? 'missing_file' : 'missing_lifecycle';
}

function evidenceOf({ file, line, column, lifecycle }: FileReading['said'][number]): Verdict['evidence'] & object {
  return { file, line, column, lifecycle };
}
