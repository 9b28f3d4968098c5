/** One incident while a pass works on it: what its status said, and what has become of it since. */
import type {
  IncidentHold,
  IncidentInventory,
  IncidentSpec,
  IncidentStatus,
  IncidentTimeline,
  InputObject,
  IsolatedRepository,
} from '../../api/index.js';
import {
  bounded,
  boundedInventory,
  incidentConditions,
  timeline,
  totals,
  type IncidentFacts,
  type Reached,
} from '../../incident/index.js';

export type Incident = InputObject<IncidentSpec, IncidentStatus>;

const NOTHING: IncidentInventory = { refers: [], ran: [], unknown: [] };

export interface Evidence {
  digest?: string | undefined;
  files: number;
  missing: string[];
}

export class Draft {
  readonly incident: Incident;
  readonly spec: IncidentSpec;
  /** By id; in the order in which they were recorded. */
  readonly entries = new Map<number, IsolatedRepository>();
  rulesets: NonNullable<IncidentStatus['rulesets']>;
  inventory: IncidentInventory | undefined;
  evidence: Evidence | undefined;
  hold: IncidentHold | undefined;
  checks: NonNullable<IncidentStatus['checks']>;
  runs: IncidentStatus['runs'];
  /** How many are to be isolated, those that are included. */
  wanted = 0;
  /** Why somebody is not isolated, or not wholly. */
  faults: string[] = [];
  /** Undefined while nobody asked for the release. */
  release: { isDone: boolean; isBegun: boolean; left: string[]; faults: string[] } | undefined;
  respondersUnknown: string[] = [];
  unmatched: string[] = [];
  idle: string | undefined;
  /** As far as this pass has come. */
  #timeline: IncidentTimeline | undefined;

  constructor(incident: Incident, kept: readonly IsolatedRepository[]) {
    this.incident = incident;
    this.spec = incident.spec;
    const { status } = incident;
    for (const entry of kept) this.entries.set(entry.id, { ...entry });
    // The status was written last: what it shows of an entry is newer than the file beside it.
    for (const entry of status.isolated ?? []) this.entries.set(entry.id, { ...entry });
    this.rulesets = { ...status.rulesets };
    const hasInventory = status.total !== undefined && status.inventory !== undefined;
    this.inventory = hasInventory ? status.inventory : undefined;
    this.evidence = status.evidence && { ...status.evidence, missing: [...status.evidence.missing] };
    this.checks = status.checks ?? [];
    this.runs = status.runs;
    this.respondersUnknown = status.respondersUnknown ?? [];
    this.wanted = this.entries.size;
  }

  get uid(): string {
    return this.incident.metadata.uid;
  }

  get isDrill(): boolean {
    return this.spec.drill;
  }

  /** By people; else by the object. */
  get detectedMs(): number {
    return Date.parse(this.spec.detectedAt ?? this.incident.metadata.creationTimestamp);
  }

  get isReleased(): boolean {
    return this.release?.isDone === true;
  }

  /** Closed off by both rulesets, and by the switch where that is asked for. */
  get isolated(): IsolatedRepository[] {
    return [...this.entries.values()].filter((entry) => this.isWhole(entry));
  }

  isWhole(entry: IsolatedRepository): boolean {
    if (entry.rulesetID === undefined || this.rulesets.tag === undefined) return false;
    return (entry.actions === 'Disabled' && entry.message === undefined) || !this.isToSwitchOff(entry);
  }

  /** What was switched off stays off until the release, also where the spec asks for it no more: that would be a release without an approval. */
  isToSwitchOff({ actionsBefore, actions }: IsolatedRepository): boolean {
    return this.spec.isolate.actions === 'Disabled' || (actionsBefore !== undefined && actions === 'Disabled');
  }

  /**
   * Between the steps of a pass. Its times and what is newly held are kept at the end alone: what is told once follows from the difference,
   * and a process that ends in between has told nothing.
   */
  statusMidway(nowMs: number): IncidentStatus {
    const { timeline: _reached, hold, ...status } = this.status(nowMs);
    const { timeline: before, hold: heldBefore } = this.incident.status;
    const kept = hold?.planHash === heldBefore?.planHash ? hold : heldBefore;
    return { ...status, ...(before && { timeline: before }), ...(hold && kept && { hold: kept }) };
  }

  /** Of what is known now. */
  status(nowMs: number): IncidentStatus {
    const { incident, spec, entries, evidence, release } = this;
    const { status: before, metadata } = incident;
    const inventory = this.inventory ?? NOTHING;
    const conditions = incidentConditions(this.#facts(), {
      ...{ before: before.conditions, generation: metadata.generation, now: nowMs },
    });
    const reached = this.#reached(conditions);
    this.#timeline = timeline(this.#timeline ?? before.timeline, { detectedMs: this.detectedMs, reached, now: nowMs });
    return {
      ...{ observedGeneration: metadata.generation, conditions },
      state: release?.isDone === true ? 'Released' : reached.isHeld ? 'Held' : reached.isolated ? 'Isolated' : 'Open',
      ...(spec.drill && { drill: true }),
      timeline: this.#timeline,
      isolated: bounded([...entries.values()]),
      inventory: boundedInventory(inventory),
      ...(evidence && { evidence: evidenceStatus(evidence) }),
      ...(this.inventory && { total: { ...totals(entries.size, inventory), ...this.#foundBefore() } }),
      ...this.#optional(),
    };
  }

  /** Of lists that were found by an earlier pass and are taken over: the status has no room for all of them. */
  #foundBefore(): Partial<NonNullable<IncidentStatus['total']>> {
    const { inventory, total } = this.incident.status;
    if (inventory === undefined || inventory !== this.inventory || total === undefined) return {};
    const { isolated: _counted, ...found } = total;
    return found;
  }

  #reached(conditions: NonNullable<IncidentStatus['conditions']>): Reached {
    const isTrue = (type: string): boolean => conditions.find((each) => each.type === type)?.status === 'True';
    return {
      acknowledged: isTrue('Acknowledged'),
      evidence: isTrue('EvidenceKept'),
      isolated: isTrue('Isolated'),
      inventoried: isTrue('Inventoried') && this.inventory !== undefined,
      released: isTrue('Released'),
      isHeld: this.hold !== undefined,
    };
  }

  /** What there is of it. */
  #optional(): Partial<IncidentStatus> {
    const { hold, runs, checks, rulesets, respondersUnknown } = this;
    return {
      ...(Object.keys(rulesets).length > 0 && { rulesets: { ...rulesets } }),
      ...(hold && { hold }),
      ...(checks.length > 0 && { checks }),
      ...(runs && { runs: { ...runs } }),
      ...(respondersUnknown.length > 0 && { respondersUnknown }),
    };
  }

  #facts(): IncidentFacts {
    const { spec, inventory, evidence, hold, release, faults, respondersUnknown, unmatched, idle } = this;
    return {
      ...{ spec, hold, release, faults, respondersUnknown, unmatched, idle, evidence },
      wanted: Math.max(this.wanted, this.entries.size),
      isolated: this.isolated.length,
      inventory: inventory && {
        ...totals(0, inventory),
        ...this.#foundBefore(),
        whyUnknown: inventory.unknown[0]?.why,
      },
    };
  }
}

const evidenceStatus = ({ digest, files, missing }: Evidence): NonNullable<IncidentStatus['evidence']> => ({
  ...(digest !== undefined && { digest }),
  ...{ files, missing: bounded(missing) },
});
