/**
 * From what GitHub answered to one result for each check. Pure: the time is handed in. Where the questions ended early, what is
 * not positively well is `unknown`: the fault stands on one line, and no consequence of it looks like another fault.
 */
import type { Credential } from '../../../pkg/github/index.js';
import { Plus1Error } from '../../../pkg/errors/index.js';
import type { Sights } from './ask.js';
import { HOW_TO_APPROVE } from './grant-words.js';
import { judgeAccess } from './judge-access.js';
import { judgeClock, judgeExpiry, judgeLimits, judgeOrganization } from './judge-credential.js';
import { judgeEnforcement, judgeRuleset, judgeVisibility } from './judge-organization.js';
import type { Context } from './context.js';
import { KIND_WORDS, kindOf, type Kind } from './kind.js';
import {
  BY_CREDENTIAL,
  CHECKS,
  CHECKS_FOR,
  failed,
  ok,
  unknown,
  type CheckedFor,
  type CheckName,
  type CheckResult,
  type Judged,
} from './result.js';

/** Faults of the way to GitHub, not of the credential. */
const OF_HOST = new Set<string>([
  'PLUS1_GITHUB_UNAVAILABLE',
  'PLUS1_API_ADDRESS_WRONG',
  'PLUS1_HOST_NOT_ALLOWED',
  'PLUS1_PROXY_REFUSED',
  'PLUS1_INTERRUPTED',
]);
/** What another line is about. */
const ELSEWHERE: Readonly<Record<string, CheckName>> = {
  PLUS1_ORGANIZATION_NOT_FOUND: 'organization',
  PLUS1_RATE_LIMITED: 'rate-limit',
};

const NEED_CREDENTIAL: ReadonlySet<CheckName> = new Set(BY_CREDENTIAL);

/** What a check is needed for, of those that passes do without. */
const FOR = new Map<CheckName, CheckedFor>(
  (Object.keys(CHECKS_FOR) as CheckedFor[]).flatMap((kind) => CHECKS_FOR[kind].map((name) => [name, kind] as const)),
);

/** The name and the context of everything that is judged. */
export function judge(
  asked: Sights,
  credential: Credential,
  { localMs, ...rest }: Omit<Context, 'kind' | 'nowMs'> & { localMs: number },
): { results: CheckResult[]; context: Context } {
  const kind = kindOf(credential, asked.headers);
  const sights = withPending(asked, kind, rest.organization);
  const context = { ...rest, kind, nowMs: localMs - (sights.headers.clockAheadMs ?? 0) };
  const { end } = sights;
  const place = end === undefined ? undefined : placeOf(end);
  const results = CHECKS.filter((name) => isAbout(name, context)).map((name): CheckResult => {
    if (end !== undefined && name === place) return { name, ...failed(end) };
    const judged = JUDGES[name](sights, context);
    // A fault that is told on its line makes what follows from it unknown. What a credential that GitHub does not let in may see
    // says nothing of what it may see later.
    const follows = judged.result === 'missing' || (place === 'credential' && NEED_CREDENTIAL.has(name));
    return { name, ...(end !== undefined && follows ? notAsked(sights) : judged) };
  });
  return { results, context };
}

/** Who targets by id needs nothing of custom properties, and who opens no issues no right to write them. */
const isAbout = (name: CheckName, { aim, opensIssues, isFor, checklist }: Context): boolean => {
  if (name === 'issues') return opensIssues;
  if (checklist.includes(name)) return true;
  const kinds = FOR.get(name);
  if (kinds !== undefined) return isFor.includes(kinds);
  return name !== 'custom-properties' || aim.targeting === 'CustomProperty';
};

function placeOf({ code, message }: Plus1Error): CheckName {
  // A page in the place of GitHub's answer comes from something on the way.
  if (OF_HOST.has(code) || /not in the form of GitHub/.test(message)) return 'host';
  return ELSEWHERE[code] ?? 'credential';
}

const notAsked = ({ end }: Sights): Judged =>
  unknown(end === undefined ? 'not asked' : 'not asked, because of the fault above');

const JUDGES: Readonly<Record<CheckName, (sights: Sights, context: Context) => Judged>> = {
  host: judgeHost,
  credential: judgeCredential,
  expiry: judgeExpiry,
  clock: judgeClock,
  'rate-limit': judgeLimits,
  organization: judgeOrganization,
  metadata: (sights, context) => judgeAccess('metadata', sights, context),
  contents: (sights, context) => judgeAccess('contents', sights, context),
  administration: (sights, context) => judgeAccess('administration', sights, context),
  'custom-properties': (sights, context) => judgeAccess('custom-properties', sights, context),
  issues: (sights, context) => judgeAccess('issues', sights, context),
  'contents-write': (sights, context) => judgeAccess('contents-write', sights, context),
  'pull-requests': (sights, context) => judgeAccess('pull-requests', sights, context),
  'rule-suites': (sights, context) => judgeAccess('rule-suites', sights, context),
  'repository-administration': (sights, context) => judgeAccess('repository-administration', sights, context),
  actions: (sights, context) => judgeAccess('actions', sights, context),
  members: (sights, context) => judgeAccess('members', sights, context),
  'baseline-properties': (sights, context) => judgeAccess('baseline-properties', sights, context),
  'baseline-protection': (sights, context) => judgeAccess('baseline-protection', sights, context),
  'baseline-scans': (sights, context) => judgeAccess('baseline-scans', sights, context),
  'workflow-runs': (sights, context) => judgeAccess('workflow-runs', sights, context),
  visibility: judgeVisibility,
  ruleset: judgeRuleset,
  enforcement: judgeEnforcement,
};

function judgeHost({ end }: Sights, { host }: Context): Judged {
  return end !== undefined && placeOf(end) === 'host' ? failed(end) : ok(`${host} answers`);
}

function judgeCredential(sights: Sights, { kind, source }: Context): Judged {
  const { app, limits, organization } = sights;
  const isAccepted = [app, limits, organization].some((answer) => answer?.value !== undefined);
  return isAccepted ? ok(`${KIND_WORDS[kind]}, from ${source}`) : notAsked(sights);
}

/**
 * GitHub has no word for a token that waits for its approval: it answers as if the token had no permissions. Such a token sees
 * nothing that is not public; one that merely lacks Administration sees private repositories.
 */
function withPending(sights: Sights, kind: Kind, organization: string): Sights {
  const { ruleset, repositories, organization: seen } = sights;
  const isRefused = ruleset?.error?.code === 'PLUS1_PERMISSION_MISSING';
  const mayHavePrivate = seen?.value?.privateCount !== 0;
  const seesNone = repositories?.value?.private.length === 0;
  if (kind !== 'fine-grained' || sights.end || !isRefused || !seesNone || !mayHavePrivate) return sights;
  const message =
    `the token sees nothing of ${organization} that is not public: ` +
    'it waits for the approval of an owner, or has no permissions';
  return { ...sights, end: new Plus1Error('PLUS1_TOKEN_PENDING', message, { fix: HOW_TO_APPROVE }) };
}
