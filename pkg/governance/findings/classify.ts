/**
 * From a repository and the verdict on its files to a finding. Hazard: a verdict that is not there becomes
 * `unobserved`, never `missing_file`; absence is a verdict too, and must have been proved by the code that read the files.
 */
import type { PolicySpec, Repository } from '../../api/index.js';
import type { Verdict } from '../../catalog/index.js';
import { about, setAside } from './filter.js';
import type { Finding } from './finding.js';

export interface Classifiable {
  repository: Repository;
  /** Absent where the files were not asked for, or nobody got round to them. */
  verdict?: Verdict | undefined;
  /** Head commit that the verdict belongs to, and the login or name of its author. */
  commit?: string | undefined;
  author?: string | undefined;
  /**
   * An error named its row in the listing, two rows differ, or a second question about it got no answer: that the row sets it aside
   * (archived, filtered out) is not known.
   */
  isDoubtful?: boolean | undefined;
  /** It was asked for by its id, and GitHub did not show it. */
  isUnseen?: boolean | undefined;
}

/** True where the files of the repository decide something: neither filtered out nor archived. */
export function wantsFiles(repository: Repository, spec: PolicySpec): boolean {
  return setAside(repository, spec) === undefined;
}

/** The finding on one repository: the policy's filter first, then archiving, then the verdict on its files. */
export function classify(input: Classifiable, spec: PolicySpec): Finding {
  const { repository, commit, author } = input;
  const finding: Finding = {
    id: repository.id,
    name: repository.name,
    ...(commit !== undefined && { commit }),
    ...(author !== undefined && { author }),
    ...(input.isDoubtful === true && { isDoubtful: true as const }),
    ...(input.isUnseen === true && { isUnseen: true as const }),
    ...judged(input, spec),
  };
  return finding;
}

type Judged = Pick<Finding, 'status' | 'lifecycles' | 'reasons' | 'evidence' | 'owner'>;

function judged({ repository, verdict, isDoubtful = false }: Classifiable, spec: PolicySpec): Judged {
  const aside = setAside(repository, spec);
  if (aside !== undefined && isDoubtful)
    return { status: 'unobserved', lifecycles: [], reasons: [rowNotObserved(spec)] };
  if (aside !== undefined) return { status: aside.status, lifecycles: [], reasons: [aside.reason] };
  if (verdict === undefined) return { status: 'unobserved', lifecycles: [], reasons: [notObserved(spec)] };
  const { status, lifecycles, evidence, owner } = verdict;
  const reasons = status === 'unobserved' && verdict.reasons.length === 0 ? [notObserved(spec)] : verdict.reasons;
  return {
    status,
    lifecycles,
    reasons,
    ...(evidence !== undefined && { evidence }),
    ...(owner !== undefined && { owner }),
  };
}

/** Nothing of that kind is a fault of the repository. */
const NEXT_PASS = { code: 'not-observed', fix: 'nothing to do in the repository: the next pass looks again' };

function rowNotObserved(spec: PolicySpec): Finding['reasons'][number] {
  const found = 'no certain answer from GitHub about its state and its name';
  const expected = 'an answer without an error, and the same one when asked again';
  return about(spec, { ...NEXT_PASS, found, expected }, 'error');
}

function notObserved(spec: PolicySpec): Finding['reasons'][number] {
  const found = 'no answer from GitHub about its catalogue files';
  return about(spec, { ...NEXT_PASS, found, expected: 'an answer' }, 'error');
}
