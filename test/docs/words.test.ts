/** Kind: a command, a flag or a word that a user meets and no page names. */
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import type { Command } from 'commander';
import { plus1 } from '../../cmd/plus1/commands.js';
import { BASELINE_CHECKS, FINDING_STATUSES, JOB_STATUSES, NOTIFICATION_EVENTS } from '../../pkg/api/index.js';
import { DELIVERY_RESULTS } from '../../pkg/reconciler/webhooks/webhook-deliveries.js';
import { SINK_TYPES } from '../../pkg/siem/config.js';
import type { OpenApi } from '../generate/crd/open-api.js';
import { policySchema } from '../generate/crd/resource.js';
import { readPage } from './page.js';

/** As the executable declares it; nothing of it is run. */
function declared(): Command {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  return plus1({
    ...{ stdout: sink, stderr: sink, stdin: new PassThrough(), env: {}, cwd: '/' },
    ...{ signal: new AbortController().signal, onHangup: () => undefined, done: () => undefined },
    ...{ clock: () => 0, monotonic: () => 0, random: () => 0 },
  });
}

/** Every command below one, with the words that lead to it. */
const below = (command: Command, path: readonly string[] = []): [path: string, command: Command][] =>
  command.commands.flatMap((each) => {
    const own = [...path, each.name()];
    return [[own.join(' '), each], ...below(each, own)] as [string, Command][];
  });

/** True where the text names the word as a whole. */
function names(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w-])${word.replaceAll(/[$.*+?^{}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text);
}

const typesOfChannels = (): readonly unknown[] => {
  const spec: OpenApi | undefined = policySchema().properties?.['spec'];
  return spec?.properties?.['notifications']?.items?.properties?.['type']?.enum ?? [];
};

describe('docs/reference/cli.md', () => {
  const { text } = readPage('docs/reference/cli.md');
  const commands = below(declared());

  it('names each command', () => {
    expect(commands.length).to.be.greaterThan(30);
    const missing = commands.filter(([path]) => !path.split(' ').every((word) => names(text, word)));
    expect(missing.map(([path]) => path)).to.deep.equal([]);
  });

  it('names each flag', () => {
    const flags = commands.flatMap(([path, { options }]) => options.map(({ long }) => [path, long ?? ''] as const));
    expect(flags.length).to.be.greaterThan(100);
    expect(flags.filter(([, flag]) => !names(text, flag)).map((each) => each.join(' '))).to.deep.equal([]);
  });
});

describe('The words that users meet', () => {
  for (const [page, what, words] of [
    ['docs/guides/notifications.md', 'events of notifications', NOTIFICATION_EVENTS],
    ['docs/guides/notifications.md', 'types of channels', typesOfChannels()],
    ['docs/guides/siem.md', 'types of sinks', SINK_TYPES],
    ['docs/reference/findings.md', 'statuses of findings', FINDING_STATUSES],
    ['docs/reference/workflow-findings.md', 'statuses of jobs', JOB_STATUSES],
    ['docs/guides/onboarding.md', 'checks of the checklist', BASELINE_CHECKS],
    ['docs/guides/webhooks.md', 'results of deliveries', DELIVERY_RESULTS],
  ] as const)
    it(`${what} are named by ${page}`, () => {
      const { text } = readPage(page);
      expect(words.length).to.be.greaterThan(2);
      expect(words.filter((word) => !names(text, String(word)))).to.deep.equal([]);
    });
});
