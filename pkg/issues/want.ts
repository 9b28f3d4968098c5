/** What the finding on a repository means for its issue. */
import type { FindingStatus } from '../api/index.js';
import type { IssueScope } from './marker.js';
import { closedText, issueText, type IssueSubject } from './text.js';
import type { Want } from './types.js';

export interface WantTerms {
  scope: IssueScope;
  /** Statuses that an issue is opened for. */
  statuses: ReadonlySet<FindingStatus>;
}

/** Why nothing is wrong any more; of the others nobody knows, or nothing can be written. */
const OVER: Partial<Record<FindingStatus, string>> = {
  valid_production: 'the file is right: it says that the repository is in production',
  valid_non_production: 'the file is right: it says that the repository is not in production',
  excluded: 'the policy does not look at this repository any more',
  missing_file: 'the file is not there any more',
  missing_lifecycle: 'the file is valid now',
  invalid_yaml: 'the policy opens no issue about this any more',
  invalid_schema: 'the policy opens no issue about this any more',
  unreadable: 'the policy opens no issue about this any more',
};

export function wantOf(subject: IssueSubject, { scope, statuses }: WantTerms): Want {
  if (statuses.has(subject.status)) return issueText(scope, subject);
  const why = OVER[subject.status];
  return why === undefined
    ? { kind: 'unknown' }
    : { kind: 'over', why, ...closedText(scope, subject.repositoryID, why) };
}
