/**
 * Faults planted by hand, each against a law of docs/design/architecture.md. Each text to replace stands once in its file, or the test
 * of this table fails.
 */
/** What stands in a file, and what stands there instead. */
export interface Edits {
  file: string;
  edits: readonly (readonly [found: string, instead: string])[];
}

export interface Mutant extends Edits {
  name: string;
  law: number;
  /** The invariants of which one must notice it. */
  noticedBy: readonly string[];
  /** Where a second line of defence would hide it. */
  also?: Edits;
}

const LEAVING = ['production-stays', 'evidence', 'grace'];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'unknown is taken for absent',
    law: 1,
    noticedBy: LEAVING,
    file: 'pkg/github/inventory/files-answer.ts',
    edits: [
      [
        "if (fault !== undefined) return { seen: false, why: `GitHub answered ${fault}`, forbidden: fault === 'FORBIDDEN' };",
        "if (fault === 'FORBIDDEN') return { seen: false, why: fault, forbidden: true };",
      ],
      [
        "    const why = file.state === 'absent' ? whyNot(file.path) : undefined;",
        "    const why = file.state === 'unobserved' ? whyNot(file.path) : undefined;",
      ],
    ],
  },
  {
    name: 'one answer about a file is enough',
    law: 1,
    noticedBy: LEAVING,
    file: 'pkg/reconciler/pass/confirm.ts',
    edits: [
      [
        '  if (doubtful.size === 0 && named.size === 0) return',
        '  if (named.size >= 0) return { findings: findings.map((each) => ({ ...each, confirmed: true })), second: [] };\n  if (doubtful.size === 0) return',
      ],
    ],
  },
  {
    name: 'a part of a page is lost',
    law: 1,
    noticedBy: [...LEAVING, 'convergence'],
    file: 'pkg/github/inventory/listing.ts',
    edits: [['page.rows.flatMap((row)', 'page.rows.slice(1).flatMap((row)']],
  },
  {
    name: 'who is not listed is gone at once',
    law: 1,
    noticedBy: LEAVING,
    file: 'pkg/governance/membership/exit-clocks.ts',
    edits: [['elapsedMs >= GONE_AFTER_MS;', 'elapsedMs >= 0;']],
  },
  {
    name: 'the grace period runs from the last observation',
    law: 2,
    noticedBy: ['convergence'],
    file: 'pkg/governance/membership/exit-clocks.ts',
    edits: [
      [
        'return { ...clock, name: member.name, reason: member.status };',
        'return { ...clock, name: member.name, reason: member.status, since: rfc3339(settings.seenMs) };',
      ],
    ],
  },
  {
    name: 'an observation of production clears no exit clock',
    law: 2,
    noticedBy: ['grace'],
    file: 'pkg/governance/membership/exit-clocks.ts',
    edits: [["    case 'desired':\n      return undefined;", "    case 'desired':\n      return before;"]],
    also: {
      file: 'pkg/reconciler/memory/running-clocks.ts',
      edits: [
        ['    if (earlier !== undefined && isEnded(clock, earlier)) return false;\n', ''],
        [
          'if (reason === GONE || (seen !== undefined && ends(clock, seen))) return false;',
          'if (reason === GONE) return false;',
        ],
      ],
    },
  },
  {
    name: 'a grace period of a file counts for an exemption',
    law: 2,
    noticedBy: ['grace'],
    file: 'pkg/governance/membership/exit-clocks.ts',
    edits: [['if (clock !== undefined && isOfKind(member, clock)) return', 'if (clock !== undefined) return']],
  },
  {
    name: 'a guard counts by pass',
    law: 2,
    noticedBy: ['guards'],
    file: 'pkg/governance/release/release.ts',
    edits: [
      [
        'const window = runningWindow(terms.window, settings.window, { now, seenMs });',
        'const window = runningWindow(undefined, settings.window, { now, seenMs });',
      ],
    ],
  },
  {
    name: 'a clock that is wrong is believed',
    law: 2,
    noticedBy: ['grace', 'guards', 'approval'],
    file: 'pkg/reconciler/pass/trusted-time.ts',
    edits: [
      ['deviationMs <= MAX_DEVIATION_MS;', 'deviationMs <= 1_000 * MAX_DEVIATION_MS;'],
      ['  return ms - aheadMs;', '  return ms;'],
    ],
  },
  {
    name: 'a write without an answer is forgotten',
    law: 2,
    noticedBy: ['guards', 'convergence', 'journal'],
    file: 'pkg/reconciler/memory/open-write.ts',
    edits: [
      [
        'if (status.pendingWrite === undefined || isShown(status.pendingWrite, live)) return undefined;',
        'if (status.pendingWrite === undefined || now > 0) return undefined;',
      ],
    ],
  },
  {
    name: 'an approval releases what its plan does not name',
    law: 2,
    noticedBy: ['guards', 'approval'],
    file: 'pkg/governance/release/approvals.ts',
    edits: [
      [
        'return (change) => releasing(covering.get(keyOf(change)) ?? [], rules);',
        'return () => releasing([...covering.values()].flat(), rules);',
      ],
    ],
  },
  {
    name: 'a hold is released by an approval that was used, or is over',
    law: 2,
    noticedBy: ['guards', 'approval'],
    file: 'pkg/governance/release/given-approvals.ts',
    edits: [
      [
        "const isOver = (state: ApprovalState | undefined): boolean => state !== undefined && state !== 'Counted';",
        "const isOver = (state: ApprovalState | undefined): boolean => state === 'Rejected';",
      ],
      ['  if (approval.isUsed === true) return USED;\n', ''],
      ['  return isExpired(approval, terms)\n', '  return Number.isNaN(terms.now)\n'],
    ],
  },
  {
    name: 'the branches of the ruleset are written by us',
    law: 3,
    noticedBy: ['untouched'],
    file: 'pkg/github/membership/by-id.ts',
    edits: [
      [
        'return { ...conditions, repository_id: { ...byID, repository_ids: [...members] } };',
        "return { ...conditions, repository_id: { ...byID, repository_ids: [...members] }, ref_name: { include: ['~ALL'], exclude: [] } };",
      ],
    ],
  },
  {
    name: 'the ruleset is not read again before the PUT',
    law: 4,
    noticedBy: ['read-first'],
    file: 'pkg/reconciler/pass/act/prepare.ts',
    edits: [['    const fresh = await reRead(means, decision.toEnter.length > 0);', '    const fresh = live;']],
  },
  {
    name: 'the intent is recorded after the PUT',
    law: 4,
    noticedBy: ['intent-first'],
    file: 'pkg/reconciler/journal/journaled-record.ts',
    edits: [
      ['      await journal.intend(intent, signal);\n', ''],
      [
        '      await journal.ended(end);\n',
        '      await journal.intend(intent, new AbortController().signal);\n      await journal.ended(end);\n',
      ],
    ],
  },
  {
    name: 'a policy that only observes is written for',
    law: 5,
    noticedBy: ['mode'],
    file: 'pkg/reconciler/pass/pass.ts',
    edits: [["if (writer === undefined || mode === 'Observe')", 'if (writer === undefined || mode === undefined)']],
  },
  {
    name: 'the journal is not flushed',
    law: 7,
    noticedBy: ['intent-first'],
    file: 'pkg/journal/chain/files.ts',
    edits: [['    sync: () => file.sync(),', '    sync: async () => undefined,']],
  },
  {
    name: 'a process that lost its lock goes on',
    law: 7,
    noticedBy: ['journal', 'guards', 'grace', 'convergence', 'approval', 'evidence'],
    file: 'pkg/policies/folder/state-lock.ts',
    edits: [
      ['    if (this.#lost !== undefined) throw this.#lost;', '    if (this.#lost === undefined) return;'],
      ['if (this.#elapsed.since(this.#lastBeat) > this.#freshMs)', 'if (this.#elapsed.since(this.#lastBeat) < 0)'],
    ],
  },
  {
    name: 'a secret that an answer repeats is told',
    law: 8,
    noticedBy: ['secrets'],
    file: 'pkg/github/requester/redact-values.ts',
    edits: [
      ['  return holdsTrace(rest, longValues(secrets)) ? REPLACEMENT : rest;', '  return rest === text ? rest : text;'],
    ],
  },
  {
    name: 'reading goes on below a fifth of the limit',
    law: 9,
    noticedBy: ['budget'],
    file: 'pkg/github/requester/budget.ts',
    edits: [['const FLOOR = 0.2;', 'const FLOOR = 0;']],
  },
  {
    name: 'a wait that GitHub asks for is not kept',
    law: 9,
    noticedBy: ['budget'],
    file: 'pkg/github/requester/limits.ts',
    edits: [['      if (held !== undefined) await heed(held, options, request.signal);\n', '']],
  },
];
