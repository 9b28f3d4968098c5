/**
 * Writes of the rulesets that Plus1 makes itself. Each takes the chain of writes: sent once, never sent again by itself, and an answer
 * that proves nothing is told as unknown.
 */
import { Plus1Error } from '../../errors/index.js';
import { NEEDS_ADMINISTRATION } from '../forbidden.js';
import { withMembers } from '../membership/by-id.js';
import { RestWrites, type RestWrite } from '../rest-write.js';
import type { WriteChain } from '../requester/chains.js';
import type { Requester, RESTAnswer } from '../requester/requester.js';
import type { FailedWrite, WriteOptions } from '../write-outcome.js';
import type { WriteSender } from '../write-sender.js';
import { decodeOwned } from './decode.js';
import type { OwnedRuleset, OwnedRulesetWriter, RulesetBody, RulesetChange, RulesetRow } from './types.js';

type Shown = { state: 'answered'; ruleset: OwnedRuleset };

export class OwnedWriter implements OwnedRulesetWriter {
  readonly #writes: RestWrites;

  constructor(requester: Requester<WriteChain>, sender: WriteSender) {
    this.#writes = new RestWrites(requester, sender);
  }

  create(
    organization: string,
    body: RulesetBody,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Shown | FailedWrite> {
    requireMembers(body.conditions);
    const sending: RestWrite = {
      route: 'POST /orgs/{org}/rulesets',
      parameters: { ...body, org: organization },
      subject: { what: `create the ruleset ${body.name} in ${organization}`, needs: NEEDS_ADMINISTRATION },
    };
    return this.#writes.send(sending, shown, signal, options);
  }

  change(
    organization: string,
    { live, members, enforcement }: { live: OwnedRuleset } & RulesetChange,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<Shown | FailedWrite> {
    const conditions = members === undefined ? undefined : withMembers(live.conditions, members);
    if (conditions !== undefined) requireMembers(conditions);
    const sending: RestWrite = {
      route: 'PUT /orgs/{org}/rulesets/{ruleset_id}',
      parameters: {
        org: organization,
        ruleset_id: live.id,
        ...(conditions !== undefined && { conditions }),
        ...(enforcement !== undefined && { enforcement }),
      },
      subject: {
        what: `write the ruleset ${live.name} of ${organization}`,
        needs: NEEDS_ADMINISTRATION,
        orElse: 'the ruleset was just deleted',
      },
    };
    return this.#writes.send(sending, shown, signal, options);
  }

  delete(
    organization: string,
    { id, name }: RulesetRow,
    signal: AbortSignal,
    options: WriteOptions = {},
  ): Promise<{ state: 'answered' } | FailedWrite> {
    const sending: RestWrite = {
      route: 'DELETE /orgs/{org}/rulesets/{ruleset_id}',
      parameters: { org: organization, ruleset_id: id },
      subject: {
        what: `delete the ruleset ${name} of ${organization}`,
        needs: NEEDS_ADMINISTRATION,
        orElse: 'it is gone',
      },
    };
    return this.#writes.send(sending, deleted, signal, options);
  }
}

function shown({ data }: RESTAnswer): Shown | FailedWrite {
  try {
    return { state: 'answered', ruleset: decodeOwned(data) };
  } catch {
    return { state: 'unknown', why: 'the answer does not hold the ruleset' };
  }
}

/** Only GitHub's own word for it counts: something on the way may answer 200 to anything. */
const deleted = ({ status }: RESTAnswer): { state: 'answered' } | FailedWrite =>
  status === 204 ? { state: 'answered' } : { state: 'unknown', why: `the answer to the deletion was ${status}` };

/** Law 3: GitHub may take an empty set for "all" or for "none"; a caller that asks for it is wrong either way. */
function requireMembers(conditions: Readonly<Record<string, unknown>>): void {
  const byID = conditions['repository_id'];
  if (typeof byID !== 'object' || byID === null || !('repository_ids' in byID)) return;
  const { repository_ids: ids } = byID;
  if (Array.isArray(ids) && ids.length > 0) return;
  throw new Plus1Error('PLUS1_INTERNAL', 'an empty membership was to be sent');
}
