/**
 * Asks everything that can still be asked. A refusal that is about one thing hides no other; one that is about the way to GitHub or
 * about the credential as a whole ends the questions, because every further answer would be the same refusal in other words.
 */
import { toPlus1Error, type ErrorCode, type Plus1Error } from '../../../pkg/errors/index.js';
import type {
  AppSight,
  ContentsSight,
  GitHubExaminer,
  HeaderSight,
  InstallationSight,
  LimitSight,
  OrganizationSight,
  RepositoriesSight,
  RulesetSight,
} from '../../../pkg/github/index.js';

/** The answer to one question, or why there is none. */
export type Asked<T> = { value: T; error?: never } | { value?: never; error: Plus1Error };

/** What was asked; absent where it was not. */
export interface Sights {
  app?: Asked<AppSight | undefined>;
  installation?: Asked<InstallationSight | undefined>;
  limits?: Asked<LimitSight>;
  organization?: Asked<OrganizationSight>;
  repositories?: Asked<RepositoriesSight>;
  /** Of the first private repository that shows something. */
  contents?: Asked<{ repository: string; sight: ContentsSight } | undefined>;
  ruleset?: Asked<RulesetSight>;
  headers: HeaderSight;
  /** What ended the questions. */
  end?: Plus1Error;
}

/** The credential as a whole, or the way to GitHub. */
const ENDS = new Set<ErrorCode>([
  'PLUS1_API_ADDRESS_WRONG',
  'PLUS1_HOST_NOT_ALLOWED',
  'PLUS1_PROXY_REFUSED',
  'PLUS1_SECRET_INVALID',
  'PLUS1_INSTALLATION_NOT_FOUND',
  'PLUS1_TOKEN_REJECTED',
  'PLUS1_TOKEN_SSO',
  'PLUS1_TOKEN_PENDING',
  'PLUS1_GITHUB_LAGS',
  'PLUS1_ORGANIZATION_NOT_FOUND',
  'PLUS1_RATE_LIMITED',
  'PLUS1_INTERRUPTED',
]);

export interface Wanted {
  organization: string;
  ruleset: string;
}

/** Never throws: what goes wrong is an answer too. */
export async function askAll(examiner: GitHubExaminer, wanted: Wanted, signal: AbortSignal): Promise<Sights> {
  const sights: Omit<Sights, 'headers'> = {};
  for (const question of questions(examiner, wanted, signal)) {
    const error = await question(sights);
    if (error === undefined || !isEnd(error, sights)) continue;
    sights.end = error;
    break;
  }
  return { ...sights, headers: examiner.headers };
}

type Question = (sights: Omit<Sights, 'headers'>) => Promise<Plus1Error | undefined>;

function questions(examiner: GitHubExaminer, { organization, ruleset }: Wanted, signal: AbortSignal): Question[] {
  const ofApp: Question[] = [
    async (sights) => (sights.app = await asked(() => examiner.app(signal))).error,
    async (sights) => (sights.installation = await asked(() => examiner.installation(signal))).error,
  ];
  return [
    ...(examiner.kind === 'App' ? ofApp : []),
    async (sights) => (sights.limits = await asked(() => examiner.limits(signal))).error,
    async (sights) => (sights.organization = await asked(() => examiner.organization(organization, signal))).error,
    async (sights) => (sights.repositories = await asked(() => examiner.repositories(organization, signal))).error,
    async (sights) => {
      const names = sights.repositories?.value?.private ?? [];
      sights.contents = await asked(() => firstContents(examiner, { organization, names, signal }));
      return sights.contents.error;
    },
    async (sights) => (sights.ruleset = await asked(() => examiner.ruleset(organization, ruleset, signal))).error,
  ];
}

/** The first answer tells whether GitHub can be reached at all: where it cannot, each further question would wait as long. */
function isEnd({ code }: Plus1Error, sights: Omit<Sights, 'headers'>): boolean {
  if (ENDS.has(code)) return true;
  const isFirst = [sights.app, sights.limits].every((answer) => answer?.value === undefined);
  // Of one repository it is a block of that one; of everything before, a rule of the organization or a proxy.
  return (isFirst && code === 'PLUS1_GITHUB_UNAVAILABLE') || (code === 'PLUS1_ACCESS_REFUSED' && !sights.contents);
}

async function asked<T>(question: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { value: await question() };
  } catch (error) {
    return { error: toPlus1Error(error) };
  }
}

/** One that shows nothing, or that GitHub has blocked, says nothing about the permission: the next one is asked. */
async function firstContents(
  examiner: GitHubExaminer,
  { organization, names, signal }: { organization: string; names: readonly string[]; signal: AbortSignal },
): Promise<{ repository: string; sight: ContentsSight } | undefined> {
  let last: { repository: string; sight: ContentsSight } | undefined;
  for (const repository of names) {
    const answer = await asked(() => examiner.contents(organization, repository, signal));
    if (answer.error !== undefined && answer.error.code !== 'PLUS1_ACCESS_REFUSED') throw answer.error;
    if (answer.value === undefined) continue;
    last = { repository, sight: answer.value };
    if (answer.value !== 'empty') break;
  }
  return last;
}
