/** Kind: a wall that does not hold. What the lint rules forbid is found by them, and what they allow is used. */
import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { fileGraph } from './import-graph.js';

const url = new URL('../../eslint.config.js', import.meta.url).href;
const { default: config, doors } = (await import(url)) as {
  default: Linter.Config[];
  doors: Record<string, string[]>;
};
const walls = config.filter(({ rules }) => rules?.['no-restricted-imports'] !== undefined);

/** The rules that the text breaks in a file of that room. */
function broken(room: string, text: string): string[] {
  const rest = { files: ['**/*.ts'], languageOptions: { parser } } as Linter.Config;
  const found = new Linter().verify(text, [rest, ...walls], { filename: `pkg/${room}/file.ts` });
  return found.map(({ ruleId, message }) => ruleId ?? message);
}

const PURE = [
  'text',
  'api',
  'baseline',
  'egress',
  'errors',
  'catalog',
  'governance',
  'html',
  'incident',
  'issues',
  'rollout',
  'workflows',
];
const OTHERS = [
  ...[
    'base',
    'github',
    'kube',
    'controller',
    'journal',
    'notify',
    'policies',
    'reconciler',
    'telemetry',
    'server',
    'siem',
    'web',
    'report',
  ],
];

/** Each room stands on those before it. */
const ORDER = [
  ...[
    'base',
    'text',
    'api',
    'baseline',
    'errors',
    'catalog',
    'governance',
    'issues',
    'workflows',
    'egress',
    'incident',
    'rollout',
    'github',
    'controller',
    'telemetry',
  ],
  ...['journal', 'siem', 'kube', 'notify', 'policies', 'reconciler', 'html', 'report', 'server', 'web'],
];

/** `room → room` for every import that leaves its room. */
const crossings = [...fileGraph(['pkg'])].flatMap(([file, imports]) =>
  [...imports]
    .map((to) => [file.split('/')[1] ?? '', to.split('/')[1] ?? ''] as const)
    .filter(([from, to]) => from !== to),
);

describe('The walls between the rooms', () => {
  it('are about all rooms', () => {
    expect([...PURE, ...OTHERS].sort()).to.deep.equal(Object.keys(doors).sort());
    expect([...ORDER].sort()).to.deep.equal(Object.keys(doors).sort());
    expect(readdirSync('pkg').sort()).to.deep.equal(Object.keys(doors).sort());
  });

  it('have no door that nobody uses', () => {
    const used = new Set(crossings.map(([from, to]) => `${from} → ${to}`));
    const open = Object.entries(doors).flatMap(([from, to]) => to.map((each) => `${from} → ${each}`));
    expect(open.filter((door) => !used.has(door))).to.deep.equal([]);
  });

  it('are passed downwards alone', () => {
    const upward = crossings.filter(([from, to]) => ORDER.indexOf(to) > ORDER.indexOf(from));
    expect(upward).to.deep.equal([]);
  });

  it('stop an import of a room without a door, and let one of base through', () => {
    expect(broken('catalog', "import { x } from '../github/index.js';")).to.deep.equal(['no-restricted-imports']);
    expect(broken('github', "import { x } from '../../cmd/plus1/clock.js';")).to.deep.equal(['no-restricted-imports']);
    for (const room of [...PURE, ...OTHERS])
      expect(broken(room, "import { x } from '../base/index.js';"), room).to.deep.equal([]);
  });

  it('keep policies out of kube, and kube out of all rooms but the home of the cluster', () => {
    for (const room of ['api', 'policies', 'reconciler', 'github', 'telemetry'])
      expect(broken('kube', `import { x } from '../${room}/index.js';`), room).to.deep.equal(['no-restricted-imports']);
    expect(broken('policies/cluster', "import { x } from '../../kube/index.js';")).to.deep.equal([]);
    for (const [room, text] of [
      ['policies', "import { x } from '../kube/index.js';"],
      ['policies', "import { x } from './cluster/index.js';"],
      ['policies/folder', "import { x } from '../../kube/index.js';"],
      ['policies/folder', "import { x } from '../cluster/home.js';"],
      ['policies/cluster', "import { x } from '../folder/home.js';"],
      ['reconciler', "import { x } from '../policies/cluster/index.js';"],
    ] as const)
      expect(broken(room, text), `${room}: ${text}`).to.deep.equal(['no-restricted-imports']);
  });

  for (const room of PURE) {
    it(`leave ${room} nothing of Node but the hash`, () => {
      for (const name of ['node:fs', 'node:fs/promises', 'node:http', 'node:os', 'node:timers/promises'])
        expect(broken(room, `import { x } from '${name}';`), name).to.deep.equal(['no-restricted-imports']);
      expect(broken(room, "import { createHash } from 'node:crypto';")).to.deep.equal([]);
      for (const name of ['readBoundedFile', 'writeFileAtomic'])
        expect(broken(room, `import { ${name} } from '../base/index.js';`), name).to.deep.equal([
          'no-restricted-imports',
        ]);
    });
  }

  for (const room of [...PURE, ...OTHERS]) {
    it(`keep real clocks and timers out of ${room}`, () => {
      for (const [text, rule] of [
        ['setTimeout(() => undefined, 1);', 'no-restricted-globals'],
        ['setInterval(() => undefined, 1);', 'no-restricted-globals'],
        ['performance.now();', 'no-restricted-globals'],
        ["void fetch('https://example.com');", 'no-restricted-globals'],
        ["new WebSocket('wss://example.com');", 'no-restricted-globals'],
        ['AbortSignal.timeout(1);', 'no-restricted-properties'],
        ['AbortSignal.any([]);', 'no-restricted-properties'],
        ['Date.now();', 'no-restricted-properties'],
        ['new Date();', 'no-restricted-syntax'],
        ['cron.nextRun();', 'no-restricted-syntax'],
        ["import { setTimeout as wait } from 'node:timers/promises';", 'no-restricted-imports'],
        ["import { performance as time } from 'node:perf_hooks';", 'no-restricted-imports'],
      ] as const)
        expect(broken(room, text), text).to.deep.equal([rule]);
      expect(broken(room, 'new Date(0); clock.setTimeout(run, 1); cron.nextRun(new Date(0));')).to.deep.equal([]);
    });
  }

  for (const [library, owners] of [
    ['@kubernetes/client-node', ['kube']],
    ['@octokit/rest', ['github']],
    ['canonicalize', ['journal']],
    ['commander', []],
    ['croner', ['reconciler']],
    ['fastify', ['server', 'web']],
    ['minimatch', ['governance']],
    ['nodemailer', ['notify']],
    ['prom-client', ['telemetry']],
    ['undici', ['github', 'notify', 'siem']],
    ['valibot', ['api', 'github', 'journal', 'notify', 'policies', 'report', 'siem']],
    ['winston', ['telemetry']],
    ['yaml', ['text', 'catalog', 'kube', 'workflows']],
  ] as const) {
    it(`let ${library} into no room but ${owners.join(', ') || 'none'}`, () => {
      const text = `import { x } from '${library}';`;
      const open = [...PURE, ...OTHERS].filter((room) => broken(room, text).length === 0);
      expect(open).to.have.members(owners);
    });
  }
});
