/** Kind: properties. Whatever happens in whatever order: opened once, repeated on time, resolved once. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { NotificationChannel, NotificationEvent, OpenNotification } from '../../pkg/api/index.js';
import { emptyMemory, type ChannelMemory } from '../../pkg/notify/decide/channel-memory.js';
import { decide } from '../../pkg/notify/decide/decide.js';
import type { Draft } from '../../pkg/notify/decide/draft.js';
import { ripen, type Streak } from '../../pkg/notify/decide/streaks.js';
import { EVENT_TABLE, repeatMs } from '../../pkg/notify/event-table.js';
import type { Facts, Sighting } from '../../pkg/notify/sighting.js';

const START = Date.parse('2026-11-22T06:30:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const CHANNEL: NotificationChannel = {
  ...{ name: 'team', type: 'Slack', secretRef: { name: 'team' }, delivery: 'Immediate', digestTime: '09:00' },
  suspend: false,
};

const seen = (event: NotificationEvent, more: Partial<Sighting> = {}): Sighting => ({ event, message: event, ...more });

interface Step {
  minutes: number;
  states?: (Sighting | NotificationEvent)[];
  over?: NotificationEvent[];
  once?: Sighting[];
  first?: Sighting;
  isPass?: boolean;
  /** Messages that wait are not delivered after this step. */
  isDown?: boolean;
  /** The process starts again, and knows the status alone. */
  isLost?: boolean;
}

/** One channel over a story, as notifier and sender play it together. */
class Story {
  nowMs = START;
  open: OpenNotification[] = [];
  memory: ChannelMemory = emptyMemory();
  streaks: Streak[] = [];
  pending: Draft[] = [];
  readonly told: (Draft & { atMs: number })[] = [];

  readonly channel: NotificationChannel;

  constructor(channel: NotificationChannel = CHANNEL) {
    this.channel = { ...channel };
  }

  step({ minutes, states = [], over = [], once = [], first, isPass = true, isDown, isLost }: Step): Draft[] {
    this.nowMs += minutes * MINUTE;
    if (isLost === true) [this.memory, this.streaks, this.pending] = [emptyMemory(), [], []];
    const sightings = states.map((each) => (typeof each === 'string' ? seen(each) : each));
    const facts: Facts = {
      ...{ nowMs: this.nowMs, once, isPass, ...(first && { first }) },
      states: new Map<NotificationEvent, Sighting | undefined>([
        ...over.map((event) => [event, undefined] as const),
        ...sightings.map((sighting) => [sighting.event, sighting] as const),
      ]),
    };
    const { streaks, states: ripe } = ripen(this.streaks, facts);
    const pending = new Set(this.pending.map(({ event }) => event));
    const terms = { channel: this.channel, pending, isStopped: false };
    const decided = decide(this, terms, { ...facts, states: ripe });
    [this.streaks, this.open, this.memory] = [streaks, decided.open, decided.memory];
    this.pending.push(...decided.drafts);
    this.told.push(...decided.drafts.map((draft) => ({ ...draft, atMs: this.nowMs })));
    if (isDown !== true) this.deliver();
    return decided.drafts;
  }

  deliver(): void {
    const tries = this.pending
      .flatMap(({ covers }) => covers)
      .map((cover) => ({ ...cover, atMs: this.nowMs, isDelivered: true }));
    this.memory = { ...this.memory, tries: [...this.memory.tries, ...tries] };
    this.pending = [];
  }
}

const words = (drafts: readonly Draft[]): string[] =>
  drafts.map(({ event, state, isRepeat }) => `${event} ${isRepeat === true ? 'again' : state}`);

describe('What a channel is told', () => {
  it('is an opening, a repetition every 24 h, and one end', () => {
    const story = new Story();
    expect(words(story.step({ minutes: 0, states: ['PlanHeld'] }))).to.deep.equal(['PlanHeld open']);
    for (let hour = 0; hour < 24; hour += 1)
      expect(words(story.step({ minutes: 59, states: ['PlanHeld'] }))).to.deep.equal([]);
    expect(words(story.step({ minutes: 24, states: ['PlanHeld'] }))).to.deep.equal(['PlanHeld again']);
    expect(words(story.step({ minutes: 1, over: ['PlanHeld'] }))).to.deep.equal(['PlanHeld resolved']);
    expect(words(story.step({ minutes: 1, over: ['PlanHeld'] }))).to.deep.equal([]);
  });

  it('comes again every 4 h where it is High', () => {
    const story = new Story();
    story.step({ minutes: 0, states: ['WriteUnproved'] });
    expect(words(story.step({ minutes: 239, states: ['WriteUnproved'] }))).to.deep.equal([]);
    expect(words(story.step({ minutes: 1, states: ['WriteUnproved'] }))).to.deep.equal(['WriteUnproved again']);
  });

  it('is told when a second pass sees it, and not by looks between passes', () => {
    const story = new Story();
    const sight = { states: ['RulesetNotEnforced' as const] };
    expect(story.step({ minutes: 0, ...sight })).to.deep.equal([]);
    expect(story.step({ minutes: 1, ...sight, isPass: false })).to.deep.equal([]);
    expect(words(story.step({ minutes: 9, ...sight }))).to.deep.equal(['RulesetNotEnforced open']);
  });

  it('is told of failing passes after three, the first of them five minutes ago; at once where it is urgent', () => {
    const story = new Story();
    const fails = { states: ['PassFailed' as const] };
    expect([0, 1, 1, 1].flatMap((minutes) => story.step({ minutes, ...fails }))).to.deep.equal([]);
    expect(words(story.step({ minutes: 2, ...fails }))).to.deep.equal(['PassFailed open']);
    const urgent = seen('PassFailed', { isUrgent: true });
    expect(words(new Story().step({ minutes: 0, states: [urgent] }))).to.deep.equal(['PassFailed open']);
  });

  it('is one message of the first pass, whatever that pass sees; what stands is told by the next one', () => {
    const story = new Story({ ...CHANNEL, minSeverity: 'Info' });
    const once = [seen('RepositoriesEntered'), seen('DriftRepaired')];
    const first = seen('FirstPass');
    const drafts = story.step({ minutes: 0, states: ['PlanHeld', 'WriteUnproved'], once, first });
    expect(words(drafts)).to.deep.equal(['FirstPass once']);
    expect(words(story.step({ minutes: 10, states: ['PlanHeld'] }))).to.deep.equal(['PlanHeld open']);
  });

  it('has the first pass for every channel but one that names other events', () => {
    const first = seen('FirstPass');
    const high = new Story({ ...CHANNEL, minSeverity: 'High' });
    expect(words(high.step({ minutes: 0, first }))).to.deep.equal(['FirstPass once']);
    expect(new Story({ ...CHANNEL, events: ['PlanHeld'] }).step({ minutes: 0, first })).to.deep.equal([]);
  });

  it('is what the channel asks for: exactly its events, or what is severe enough', () => {
    const once = [seen('RepositoriesEntered'), seen('DriftRepaired')];
    expect(words(new Story().step({ minutes: 0, once }))).to.deep.equal(['DriftRepaired once']);
    const own = new Story({ ...CHANNEL, events: ['RepositoriesEntered'] });
    expect(words(own.step({ minutes: 0, once }))).to.deep.equal(['RepositoriesEntered once']);
    const high = new Story({ ...CHANNEL, minSeverity: 'High' });
    expect(high.step({ minutes: 0, once, states: ['PlanHeld'] })).to.deep.equal([]);
    // The severity of the sighting counts, not that of the table.
    const expiring = seen('CredentialExpiring', { severity: 'High' });
    expect(words(high.step({ minutes: 0, states: [expiring] }))).to.deep.equal(['CredentialExpiring open']);
  });

  it('is at most one pair an hour of what comes and goes', () => {
    const story = new Story();
    for (let minute = 0; minute < 180; minute += 1)
      story.step(minute % 2 === 0 ? { minutes: 1, states: ['PlanHeld'] } : { minutes: 1, over: ['PlanHeld'] });
    expect(words(story.told)).to.deep.equal([1, 2, 3].flatMap(() => ['PlanHeld open', 'PlanHeld resolved']));
  });

  it('comes once more where a reminder is due, and once only', () => {
    const story = new Story();
    const held = seen('PlanHeld', { remindMs: START + 2 * HOUR });
    expect(words(story.step({ minutes: 0, states: [held] }))).to.deep.equal(['PlanHeld open']);
    expect(story.step({ minutes: 119, states: [held] })).to.deep.equal([]);
    expect(words(story.step({ minutes: 1, states: [held] }))).to.deep.equal(['PlanHeld again']);
    expect(story.step({ minutes: 1, states: [held] })).to.deep.equal([]);
  });

  it('waits for digestTime where it is told once a day', () => {
    const story = new Story();
    const low = { states: ['ComplianceLow' as const] };
    expect(story.step({ minutes: 0, ...low })).to.deep.equal([]);
    expect(story.step({ minutes: 149, ...low })).to.deep.equal([]);
    expect(words(story.step({ minutes: 1, ...low }))).to.deep.equal(['ComplianceLow open']);
    expect(story.step({ minutes: 24 * 60 - 1, ...low })).to.deep.equal([]);
    expect(words(story.step({ minutes: 1, ...low }))).to.deep.equal(['ComplianceLow again']);
  });

  it('is not told again where it is told once', () => {
    const story = new Story();
    const slow = { states: ['PassSlower' as const] };
    expect(words(story.step({ minutes: 0, ...slow }))).to.deep.equal(['PassSlower open']);
    for (let day = 0; day < 5; day += 1) expect(story.step({ minutes: 24 * 60, ...slow })).to.deep.equal([]);
  });

  it('is one digest a day where that is asked for, with what is still open', () => {
    const story = new Story({ ...CHANNEL, delivery: 'Daily' });
    const once = [seen('DriftRepaired')];
    expect(story.step({ minutes: 0, states: ['PlanHeld'], once })).to.deep.equal([]);
    expect(story.step({ minutes: 149, states: ['PlanHeld'] })).to.deep.equal([]);
    const [first, ...others] = story.step({ minutes: 1, states: ['PlanHeld'] });
    expect(others).to.deep.equal([]);
    expect(first?.event).to.equal('DailySummary');
    expect(words((first?.items ?? []) as Draft[])).to.deep.equal(['PlanHeld open', 'DriftRepaired once']);
    expect(story.step({ minutes: 60, states: ['PlanHeld'] })).to.deep.equal([]);
    const [second] = story.step({ minutes: 23 * 60, states: ['PlanHeld'] });
    expect(words((second?.items ?? []) as Draft[])).to.deep.equal(['PlanHeld again']);
    story.step({ minutes: 60, over: ['PlanHeld'] });
    const [third] = story.step({ minutes: 23 * 60, over: ['PlanHeld'] });
    expect(words((third?.items ?? []) as Draft[])).to.deep.equal(['PlanHeld resolved']);
    expect(story.step({ minutes: 24 * 60, over: ['PlanHeld'] })).to.deep.equal([]);
  });

  it('is nothing while the channel is suspended, and what stands when it is resumed', () => {
    const story = new Story({ ...CHANNEL, suspend: true });
    expect(story.step({ minutes: 0, states: ['PlanHeld'], once: [seen('DriftRepaired')] })).to.deep.equal([]);
    Object.assign(story.channel, { suspend: false });
    expect(words(story.step({ minutes: 1, states: ['PlanHeld'] }))).to.deep.equal(['PlanHeld open']);
  });

  it('is not repeated while the first message waits to be delivered', () => {
    const story = new Story();
    story.step({ minutes: 0, states: ['PlanHeld'], isDown: true });
    expect(story.step({ minutes: 48 * 60, states: ['PlanHeld'], isDown: true })).to.deep.equal([]);
    expect(words(story.step({ minutes: 1, over: ['PlanHeld'] }))).to.deep.equal(['PlanHeld resolved']);
  });

  it('leaves what a look does not know as it is', () => {
    const story = new Story();
    story.step({ minutes: 0, states: ['PlanHeld'] });
    expect(story.step({ minutes: 10 })).to.deep.equal([]);
    expect(story.open.map(({ event }) => event)).to.deep.equal(['PlanHeld']);
  });
});

const EVENTS = ['PlanHeld', 'RulesetNotEnforced', 'PassFailed', 'ComplianceLow', 'WriteUnproved'] as const;
const sight = fc.constantFrom('present', 'over', 'unknown');
const steps = fc.array(
  fc.record({
    minutes: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 600 })),
    sights: fc.tuple(sight, sight, sight, sight, sight),
    isPass: fc.boolean(),
    isDown: fc.boolean(),
    isLost: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  }),
  { minLength: 1, maxLength: 60 },
);

function stepOf({ minutes, sights, isPass, isDown, isLost }: Played): Step {
  const of = (word: string): NotificationEvent[] => EVENTS.filter((_event, at) => sights[at] === word);
  return { minutes, states: of('present'), over: of('over'), isPass, isDown, isLost };
}

interface Played {
  minutes: number;
  sights: readonly string[];
  isPass: boolean;
  isDown: boolean;
  isLost: boolean;
}

function played(history: readonly Played[]): Story {
  const story = new Story();
  for (const step of history) story.step(stepOf(step));
  return story;
}

const of = (story: Story, event: NotificationEvent): Story['told'] =>
  story.told.filter((draft) => draft.event === event);

describe('Any history of a channel', () => {
  it('tells an end only of what it told the beginning of, and never two of either in a row', () => {
    fc.assert(
      fc.property(steps, (history) => {
        // Without losses: a message that was lost with its volume is told again.
        const story = played(history.map((step) => ({ ...step, isLost: false })));
        for (const event of EVENTS) {
          const states = of(story, event)
            .filter(({ isRepeat }) => isRepeat !== true)
            .map(({ state }) => state);
          states.forEach((state, at) => expect(state).to.equal(at % 2 === 0 ? 'open' : 'resolved'));
        }
      }),
    );
  });

  it('opens an event at most once an hour', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const story = played(history.map((step) => ({ ...step, isLost: false })));
        for (const event of EVENTS) {
          const times = of(story, event).filter(({ state, isRepeat }) => state === 'open' && isRepeat !== true);
          times.slice(1).forEach(({ atMs }, at) => expect(atMs - (times[at]?.atMs ?? 0)).to.be.at.least(HOUR));
        }
      }),
    );
  });

  it('repeats nothing before its time, also where the process started again and knows the status alone', () => {
    fc.assert(
      fc.property(steps, (history) => {
        // Delivered at once, and the status was kept: a restart then repeats nothing.
        const story = new Story();
        for (const step of history) {
          story.step(stepOf({ ...step, isDown: false, isLost: false }));
          story.step({ minutes: 0 });
          if (step.isLost) [story.memory, story.streaks] = [{ ...emptyMemory(), opened: story.memory.opened }, []];
        }
        for (const event of EVENTS.filter((each) => EVENT_TABLE[each].isDaily !== true)) {
          const told = of(story, event).filter(({ state }) => state === 'open');
          const ends = of(story, event).filter(({ state }) => state === 'resolved');
          told.slice(1).forEach(({ atMs }, at) => {
            const before = told[at]?.atMs ?? 0;
            const isOther = ends.some((end) => end.atMs >= before && end.atMs <= atMs);
            if (!isOther) expect(atMs - before).to.be.at.least(repeatMs(EVENT_TABLE[event].severity));
          });
        }
      }),
    );
  });

  it('tells nothing by the same look twice', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const story = new Story();
        for (const step of history.map(stepOf)) {
          if (step.isDown !== true) story.deliver();
          story.step({ ...step, isDown: true });
          const again = story.step({ ...step, minutes: 0, isPass: false, isLost: false, isDown: true });
          expect(again).to.deep.equal([]);
        }
      }),
    );
  });

  it('has open what stands, once it may be told, and nothing that is over', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const story = played(history);
        // Two days in which all stands, and then nothing.
        for (let at = 0; at < 6; at += 1) story.step({ minutes: 8 * 60, states: [...EVENTS] });
        expect(story.open.map(({ event }) => event).sort()).to.deep.equal([...EVENTS].sort());
        story.step({ minutes: 10, over: [...EVENTS] });
        expect(story.open).to.deep.equal([]);
      }),
    );
  });
});
