/** `spec.catalog` and `spec.repositories`: which files are read, what they mean, and whose they are. */
import * as v from 'valibot';
import { MAX_PATH_CHARACTERS, normalPath, PATH_ALLOWED, PATH_RULES } from './catalog-path.js';
import { judged, oneOf, set, text } from './fields.js';
import { GLOB_ALLOWED, GLOB_RULES, MAX_GLOB_CHARACTERS } from './name-glob.js';
import { VISIBILITIES } from './repository.js';
import { unlike } from './rule.js';

export const DEFAULT_PATHS = ['entity.datadog.yaml'];
export const DEFAULT_LIFECYCLES = ['production', 'Production'];

const LIFECYCLE_ALLOWED =
  'a lifecycle without blanks at its ends: the value in the file is trimmed, so it would never match';

const path = judged(text(1, MAX_PATH_CHARACTERS, PATH_ALLOWED), PATH_RULES);

// The blanks are those of YAML, because these are what is trimmed off the value in the file.
const lifecycle = v.pipe(
  text(1, 128, 'a lifecycle of 1 to 128 characters'),
  unlike(/^[ \t\n\r]|[ \t\n\r]$/, LIFECYCLE_ALLOWED),
);

export const catalog = v.strictObject({
  paths: v.pipe(
    v.optional(set(path, { min: 1, max: 8, allowed: '1 to 8 paths' }), DEFAULT_PATHS),
    // Two spellings of one path are one path: read twice, it would be judged twice.
    v.transform((paths) => [...new Set(paths.map(normalPath))]),
    v.description(
      'Catalogue files to read on the default branch: 1 to 8 paths relative to the root. Default [entity.datadog.yaml].',
    ),
  ),
  productionLifecycles: v.pipe(
    v.optional(set(lifecycle, { min: 1, max: 16, allowed: '1 to 16 lifecycles' }), DEFAULT_LIFECYCLES),
    v.description(
      'Values of spec.lifecycle that mean production, 1 to 16, compared exactly after trimming. Default [production, Production].',
    ),
  ),
  onInvalid: v.pipe(
    v.optional(oneOf(['Retain', 'Govern', 'Release']), 'Retain'),
    v.description(
      'What an invalid, silent or unreadable file does: Retain keeps membership as it is (default), Govern governs, Release lets a member leave.',
    ),
  ),
  onMissing: v.pipe(
    v.optional(oneOf(['Release', 'Retain']), 'Release'),
    v.description(
      'What a file that is proved absent does to a member: Release (default) lets it leave, Retain keeps it.',
    ),
  ),
});

const glob = judged(text(1, MAX_GLOB_CHARACTERS, GLOB_ALLOWED), GLOB_RULES);
/** Of repository names. */
export const globs = set(glob, { min: 0, max: 64, allowed: 'at most 64 globs' });

export const repositories = v.strictObject({
  include: v.pipe(
    v.optional(globs, ['*']),
    v.description('Globs (* and ?, case-insensitive, at most 64) of repository names to look at. Default ["*"].'),
  ),
  exclude: v.pipe(
    v.optional(globs, []),
    v.description('Globs of repository names to leave out, at most 64; wins over include. Default [].'),
  ),
  forks: v.pipe(
    v.optional(oneOf(['Include', 'Exclude']), 'Include'),
    v.description('Whether forks are looked at. Default Include.'),
  ),
  templates: v.pipe(
    v.optional(oneOf(['Include', 'Exclude']), 'Include'),
    v.description('Whether template repositories are looked at. Default Include.'),
  ),
  visibilities: v.pipe(
    v.optional(
      set(oneOf(VISIBILITIES), {
        ...{ min: 1, max: VISIBILITIES.length },
        allowed: `1 to ${VISIBILITIES.length} of ${VISIBILITIES.join(', ')}`,
      }),
      [...VISIBILITIES],
    ),
    v.description(`Which visibilities are looked at. Default all: ${VISIBILITIES.join(', ')}.`),
  ),
});
