/**
 * The port of rulesets that Plus1 makes itself: one for each template, incident or rollout. They are remembered by id, and nothing here
 * looks for them by name but the list. Whose a ruleset is, is decided elsewhere: this port does what it is told.
 */
import type { LiveRuleset } from '../../api/index.js';
import type { FailedWrite, WriteOptions } from '../write-outcome.js';

/** A ruleset as it is sent to be made, whole, in GitHub's own names. https://docs.github.com/en/rest/orgs/rules#create-an-organization-repository-ruleset */
export interface RulesetBody {
  /** 1 to 100 characters. */
  name: string;
  /** GitHub has no ruleset for branches and tags at once. */
  target: 'branch' | 'tag';
  enforcement: LiveRuleset['enforcement'];
  conditions: Readonly<Record<string, unknown>>;
  rules: readonly unknown[];
  bypass_actors: readonly unknown[];
}

/** The same as GitHub shows it. */
export interface OwnedRuleset extends Omit<LiveRuleset, 'targeting' | 'members' | 'others'> {
  /** The repository ids that it targets; absent where it targets in another way than by id. */
  members?: ReadonlySet<number>;
  others: NonNullable<LiveRuleset['others']>;
}

/** One row of the list of an organization's own rulesets. */
export interface RulesetRow {
  id: number;
  name: string;
}

/** What is changed of a ruleset; what is not named stays as it is. */
export interface RulesetChange {
  /** All repository ids that it targets from then on: never none. */
  members?: readonly number[];
  enforcement?: LiveRuleset['enforcement'];
}

/** Reads. Every method throws Plus1Error. */
export interface OwnedRulesetReader {
  /** All rulesets of the organization itself, over all pages; those of its enterprise are not in it. */
  list(organization: string, signal: AbortSignal): Promise<readonly RulesetRow[]>;
  /** By id. Undefined where GitHub answers 404: it is gone, or the credential may not see it. */
  read(organization: string, id: number, signal: AbortSignal): Promise<OwnedRuleset | undefined>;
}

/**
 * Each write is sent once, and what its answer says is told as it is: answered, refused, unknown, or too late to be sent. They throw
 * Plus1Error where GitHub positively took nothing: it was not sent, or a rate limit of GitHub kept it out.
 */
export interface OwnedRulesetWriter {
  /** `answered`: with the ruleset and its id. It may be another one than was sent (a name in use is `refused`): compare. */
  create(
    organization: string,
    body: RulesetBody,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered'; ruleset: OwnedRuleset } | FailedWrite>;
  /** `live`: as it was just read. `answered`: with the ruleset as GitHub shows it now, which proves nothing by itself: compare. */
  change(
    organization: string,
    change: { live: OwnedRuleset } & RulesetChange,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered'; ruleset: OwnedRuleset } | FailedWrite>;
  /** `answered`: GitHub says that it is gone; a read proves it. A 404 is `refused`. */
  delete(
    organization: string,
    ruleset: RulesetRow,
    signal: AbortSignal,
    options?: WriteOptions,
  ): Promise<{ state: 'answered' } | FailedWrite>;
}
