/** The report of an incident, before it is Markdown or HTML: one content, so that both say the same. Pure. */
import type { IncidentSpec, IncidentStatus, IncidentTimeline } from '../../api/index.js';
import { PHASE_WORDS, type ManifestEntry } from '../../incident/index.js';

export interface IncidentReport {
  name: string;
  namespace: string;
  uid: string;
  organization: string;
  spec: IncidentSpec;
  status: IncidentStatus;
  /** What the manifest of the evidence lists; absent where there is none. */
  evidence?: readonly ManifestEntry[] | undefined;
  /** When it is made, RFC 3339. */
  madeAt: string;
}

export interface Tile {
  name: string;
  value: string;
  tone?: 'bad' | 'open';
}

export interface ReportTable {
  title: string;
  /** What its rows are, in a few words. */
  caption: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
  /** What stands there where there are no rows. */
  none: string;
  /** What is not shown, and where it is. */
  more?: string;
}

export interface ReportContent {
  title: string;
  subtitle: string;
  /** Of a drill: what it is. */
  notice?: string;
  /** What a reader must know first. */
  open: readonly string[];
  tiles: readonly Tile[];
  facts: readonly (readonly [string, string])[];
  tables: readonly ReportTable[];
}

export function contentOf(report: IncidentReport): ReportContent {
  const { name, organization, spec, status, madeAt } = report;
  const drill = spec.drill ? 'Drill: ' : '';
  return {
    title: `${drill}${spec.title}`,
    subtitle: `Incident ${name} of ${organization}, ${spec.severity}, as of ${shown(madeAt)} UTC`,
    ...(spec.drill && { notice: 'This is a drill: nothing was written to GitHub, and no repository was closed off.' }),
    open: openItems(report),
    tiles: tilesOf(status, spec),
    facts: factsOf(report),
    tables: [
      phases(report),
      clocks(status),
      isolated(report),
      refers(status),
      ran(status),
      unknown(status),
      checks(status),
      evidence(report),
    ],
  };
}

/** In UTC, to the second. */
export const shown = (time: string | undefined): string =>
  time === undefined ? 'not yet' : time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '');

/** What is left to be done or known, each in a sentence. */
function openItems({ spec, status }: IncidentReport): string[] {
  const wrong = (status.conditions ?? []).filter(
    ({ type, status: is }) => (type === 'Held' ? is === 'True' : is !== 'True') && type !== 'Ready',
  );
  return [
    ...(status.inventory === undefined && spec.indicators.actions.length > 0
      ? ['Nobody looked yet who refers to what is known to be bad']
      : []),
    ...wrong
      .filter(({ type }) => !(type === 'Isolated' && status.state === 'Released'))
      .map(({ type, message }) => `${type}: ${message}`),
    ...(status.timeline?.due ?? [])
      .filter(({ missed, met }) => missed === true && met === undefined)
      .map(({ phase, time }) => `Overdue since ${shown(time)}: ${PHASE_WORDS[phase]}`),
    ...(status.evidence?.missing ?? []).map((line) => `Evidence missing: ${line}`),
    ...(status.isolated ?? []).flatMap(({ message }) => (message === undefined ? [] : [message])),
    ...(spec.indicators.endpoints.length > 0
      ? [
          `Look by hand which jobs may reach ${spec.indicators.endpoints.join(', ')}: Plus1 does not search for endpoints`,
        ]
      : []),
    ...(spec.ticket === undefined ? ['No ticket is named'] : []),
  ];
}

const NOT_LOOKED = 'nobody looked yet';

interface Looked {
  inventory: IncidentStatus['inventory'] | undefined;
  total: IncidentStatus['total'] | undefined;
}

/** What stands in place of rows: that nothing was found is said of what was looked at, and of nothing else. */
function noneOf({ inventory, total }: Looked, whole: string, part: string): string {
  if (inventory === undefined) return 'Nobody looked yet.';
  return (total?.unknown ?? inventory.unknown.length) > 0 ? `${part}: see what is not known.` : whole;
}

function tilesOf(status: IncidentStatus, spec: IncidentSpec): Tile[] {
  const { isolated: list = [], state = 'Open' } = status;
  const total = status.total ?? { isolated: list.length, refers: 0, ran: 0, unknown: 0 };
  const { files, missing } = status.evidence ?? { files: 0, missing: [] };
  const { refers, ran: runs, unknown: open, isolated: all } = total;
  return [
    ...stateTiles(state, spec.drill, all),
    ...(status.inventory === undefined
      ? [tile('References', NOT_LOOKED, 'open')]
      : [
          tile('References', String(refers)),
          tile('Runs in the window', spec.window === undefined ? 'not asked' : String(runs)),
          tile('Not known', String(open), open > 0 ? 'open' : undefined),
        ]),
    tile('Evidence files', String(files), missing.length > 0 ? 'bad' : undefined),
  ];
}

function stateTiles(state: NonNullable<IncidentStatus['state']>, isDrill: boolean, count: number): Tile[] {
  const isOver = state === 'Released';
  if (isDrill) return [tile('State', isOver ? 'Drill ended' : 'Drill'), tile('Would be isolated', String(count))];
  const tone = state === 'Held' ? 'open' : undefined;
  return [tile('State', state, tone), tile(isOver ? 'Were isolated' : 'Isolated', String(count))];
}

const tile = (name: string, value: string, tone?: Tile['tone']): Tile => ({ name, value, ...(tone && { tone }) });

function factsOf({ namespace, name, uid, spec, status }: IncidentReport): (readonly [string, string])[] {
  const { indicators, window } = spec;
  const actions = indicators.actions.map(({ name: action, refs, commits }) => [action, ...refs, ...commits].join(' '));
  return [
    ['Object', `${namespace}/${name} (${uid})`],
    ['Owner', spec.owner],
    ['Commander', spec.commander ?? 'nobody'],
    ['Why', spec.reason],
    ['Ticket', spec.ticket ?? 'none'],
    ['Actions known to be bad', actions.join('; ') || 'none'],
    ['Endpoints known to be bad', indicators.endpoints.join(', ') || 'none'],
    [
      'Window',
      window === undefined
        ? 'none'
        : `${shown(window.start)} to ${window.end === undefined ? 'now' : shown(window.end)}`,
    ],
    ['Responders', spec.isolate.responders.join(', ') || 'nobody'],
    ['Rulesets', rulesetsOf(spec, status)],
    ['Digest of the evidence', status.evidence?.digest ?? 'none'],
  ];
}

function rulesetsOf({ drill }: IncidentSpec, { rulesets = {}, state, isolated: list = [] }: IncidentStatus): string {
  const ids = Object.entries(rulesets).map(([of, id]) => `${of} ${id}`);
  if (ids.length > 0) return ids.join(', ');
  return state === 'Released' && !drill && list.length > 0 ? 'deleted by the release' : 'none';
}

const PHASES: readonly [keyof Omit<IncidentTimeline, 'due'>, string][] = [
  ['detected', 'Detected'],
  ['acknowledged', 'Acknowledged'],
  ['isolated', 'Isolated'],
  ['evidence', 'Evidence kept'],
  ['inventoried', 'Inventoried'],
  ['released', 'Released'],
];

/** What a drill does in place of the thing itself. */
const DRILL_WORDS: Partial<Record<(typeof PHASES)[number][0], string>> = {
  isolated: 'Isolation planned',
  released: 'Drill ended',
};

function phases({ spec, status: { timeline } }: IncidentReport): ReportTable {
  const from = timeline?.detected;
  return {
    title: 'Timeline',
    caption: 'What was reached, and how long after the detection',
    head: ['What', 'When (UTC)', 'After'],
    rows: PHASES.map(([key, words]) => [
      spec.drill ? (DRILL_WORDS[key] ?? words) : words,
      shown(timeline?.[key]),
      lasting(from, timeline?.[key]),
    ]),
    none: '',
  };
}

function lasting(from: string | undefined, to: string | undefined): string {
  if (from === undefined || to === undefined) return '';
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1_440)} d`;
}

const clocks = ({ timeline }: IncidentStatus): ReportTable => ({
  title: 'Clocks',
  caption: 'What is due when, from the detection',
  head: ['Phase', 'Due (UTC)', 'Met (UTC)', 'In time'],
  rows: (timeline?.due ?? []).map(({ phase, time, met, missed }) => [
    PHASE_WORDS[phase],
    shown(time),
    shown(met),
    missed === true ? 'missed' : met === undefined ? 'open' : 'yes',
  ]),
  none: 'No clock runs yet.',
});

const rest = (list: readonly unknown[], total: number | undefined): { more?: string } =>
  total !== undefined && total > list.length
    ? { more: `${list.length} of ${total} are shown; the folder of the evidence has all of them.` }
    : {};

const isolated = ({ spec, status: { isolated: list = [], total, state } }: IncidentReport): ReportTable => ({
  title: spec.drill ? 'Whom it would isolate' : 'Isolated repositories',
  caption: 'Each repository, with what there was before',
  head: ['Repository', 'Why', 'Head before', 'Actions before', 'Actions', 'Ruleset'],
  rows: list.map(({ name, why, head = '', actionsBefore, actions = 'kept', rulesetID }) => [
    name,
    why,
    head.slice(0, 12),
    actionsBefore === undefined ? '' : actionsBefore.enabled ? `on, ${actionsBefore.allowed ?? 'all'}` : 'off',
    spec.drill ? 'not touched' : actions,
    rulesetID === undefined ? (state === 'Released' && !spec.drill ? 'deleted' : 'none') : String(rulesetID),
  ]),
  none: spec.drill ? 'It would isolate nobody.' : 'Nobody is isolated.',
  ...rest(list, total?.isolated),
});

const refers = ({ inventory, total }: IncidentStatus): ReportTable => ({
  title: 'Who refers',
  caption: 'Files that use an action known to be bad, directly or through another file',
  head: ['Repository', 'File', 'Line', 'Action', 'By'],
  rows: (inventory?.refers ?? []).map(({ repository, file, line, action, via }) => [
    ...[repository, file, String(line), action, via],
  ]),
  none: noneOf(
    { inventory, total },
    'No file refers to an action that is known to be bad.',
    'No file that could be read refers to an action that is known to be bad',
  ),
  ...rest(inventory?.refers ?? [], total?.refers),
});

const ran = ({ inventory, total }: IncidentStatus): ReportTable => ({
  title: 'Who ran it within the window',
  caption: 'Runs of workflows that use it',
  head: ['Repository', 'Run', 'When (UTC)', 'Commit'],
  rows: (inventory?.ran ?? []).map(({ repository, run, time, commit }) => [
    ...[repository, String(run), shown(time), commit.slice(0, 12)],
  ]),
  none: noneOf({ inventory, total }, 'No run is known.', 'No run is known'),
  ...rest(inventory?.ran ?? [], total?.ran),
});

const unknown = ({ inventory, total }: IncidentStatus): ReportTable => ({
  title: 'What is not known',
  caption: 'Each may hide a reference or a run',
  head: ['Repository', 'What', 'Why'],
  rows: (inventory?.unknown ?? []).map(({ repository, what, why }) => [repository, what, why]),
  none: inventory === undefined ? 'Nobody looked yet.' : 'Nothing is left open.',
  ...rest(inventory?.unknown ?? [], total?.unknown),
});

const checks = ({ checks: list = [] }: IncidentStatus): ReportTable => ({
  title: 'Checks before the release',
  caption: 'What the approver is shown',
  head: ['Check', 'Result', 'What was found'],
  rows: list.map(({ name, result, message }) => [name, result, message]),
  none: 'Nobody asked for the release.',
});

/** A report stays one that people read. */
const MOST_FILES = 200;

const evidence = ({ evidence: files = [], name, namespace }: IncidentReport): ReportTable => ({
  title: 'Evidence',
  caption: `Files of ${namespace}.${name} below .evidence in the state folder, as the manifest has them`,
  head: ['File', 'Bytes', 'SHA-256'],
  rows: files.slice(0, MOST_FILES).map(({ path, bytes, sha256 }) => [path, String(bytes), sha256]),
  none: 'No manifest was found.',
  ...(files.length > MOST_FILES && {
    more: `${MOST_FILES} of ${files.length} are shown; the manifest has all of them.`,
  }),
});
