import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { normalPath, parsePolicy } from '../../pkg/api/index.js';
import { anyCharacter } from '../characters.js';
import { casesOf, SMALLEST, type Case } from '../generate/crd/cases.js';
import type { OpenApi } from '../generate/crd/open-api.js';
import { NAMES } from '../generate/crd/samples.js';
import { DryRun, type Verdict } from './crd/dry-run.js';
import { established } from './support/established.js';
import { sharedCluster } from './support/shared-cluster.js';

const file = fileURLToPath(new URL('../../deploy/crds/plus1.dev_plus1policies.yaml', import.meta.url));
const definition = parse(readFileSync(file, 'utf8'));
const root = definition.spec.versions[0].schema.openAPIV3Schema as OpenApi;
const spec = root.properties?.['spec'] ?? {};
const cases = casesOf(spec);

const documentOf = (inner: unknown, metadata: object = { name: 'acme', namespace: 'default' }): object => ({
  apiVersion: 'plus1.dev/v1alpha1',
  kind: 'Plus1Policy',
  metadata,
  spec: inner,
});

/** Where the two sides differ by intent. */
const KNOWN: readonly { covers: (test: Case, verdict: Verdict) => boolean; reason: string }[] = [
  {
    covers: ({ path, reason }, { accepted, message }) =>
      !accepted &&
      /^spec(\.github(\.credentials)?)?$/.test(path) &&
      ['null', 'left out', 'of type object'].includes(reason) &&
      message.includes('spec.github.credentials: Required value'),
    reason: "credentials are required in a cluster; a policy file without them uses the environment's token",
  },
  {
    // https://github.com/kubernetes/kube-openapi/blob/master/pkg/validation/validate/type.go
    covers: ({ path, reason }, { accepted }) => accepted && path.endsWith('.expiresAt') && reason === 'of type array',
    reason: 'a server takes a list for any text that has a format; the controller refuses it with InvalidSpec',
  },
];

interface Judged {
  test: Case;
  server: Verdict;
  program: ReturnType<typeof parsePolicy>;
}

describe('CRD: on an API server', () => {
  let dryRun: DryRun;
  const judged: Judged[] = [];

  const judge = async (test: Case): Promise<Judged> => {
    const document: unknown = JSON.parse(JSON.stringify(documentOf(test.spec)));
    return { test, server: await dryRun.create(document), program: parsePolicy(document) };
  };

  /** How the two sides differ, in one line; undefined where they agree or may differ. */
  const difference = ({ test, server, program }: Judged): string | undefined => {
    if (server.accepted === program.ok || KNOWN.some(({ covers }) => covers(test, server))) return undefined;
    const why = program.ok
      ? `the server alone refuses: ${server.message}`
      : `the program alone refuses: ${program.faults.join('; ')}`;
    return `${test.path} ${test.reason}: ${why}`;
  };

  before(async () => {
    dryRun = new DryRun(sharedCluster());
    const { stderr } = await sharedCluster().kubectl('apply', '--server-side', '--force-conflicts', '-f', file);
    expect(stderr, 'a warning about the CRD').to.equal('');
    await established(sharedCluster(), definition.metadata.name);
    for (const test of cases) judged.push(await judge(test));
  });

  after(() => dryRun.close());

  it('tries every field of the spec, with good and with bad values', () => {
    expect(cases.length).to.be.above(500);
    const verdicts = judged.map(({ server }) => server.accepted);
    expect(verdicts.filter(Boolean).length).to.be.above(100);
    expect(verdicts.filter((accepted) => !accepted).length).to.be.above(200);
  });

  it('is judged by the program and by the server alike, value by value', () => {
    expect(judged.flatMap((entry) => difference(entry) ?? [])).to.deep.equal([]);
  });

  it('differs only where it is known to, and every known difference still exists', () => {
    for (const { covers, reason } of KNOWN) {
      const found = judged.filter(
        ({ test, server, program }) => covers(test, server) && server.accepted !== program.ok,
      );
      expect(found, reason).to.not.deep.equal([]);
    }
  });

  it('is filled with the same defaults by both', () => {
    const accepted = judged.filter(({ server, program }) => server.accepted && program.ok);
    for (const { test, server, program } of accepted) {
      const given = server.spec as { catalog: { paths: string[] } };
      // The one thing that a server cannot do: `./a` and `a` are one path, and it keeps both as they are written.
      const paths = [...new Set(given.catalog.paths.map(normalPath))];
      const wanted = { ...given, catalog: { ...given.catalog, paths } };
      expect(program.ok && program.policy.spec, `${test.path} ${test.reason}`).to.deep.equal(wanted);
    }
  });

  it('breaks every rule at least once, and its message reaches the user', () => {
    const refusals = judged.map(({ server }) => server.message).join('\n');
    const rules = rulesUnder(spec, 'spec').filter(({ rule }) => !rule.includes('oldSelf'));
    expect(rules.length).to.be.above(20);
    for (const { path, message } of rules) {
      const told = new RegExp(
        `${pathPattern(path)}: Invalid value: [^\\n]*${message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
      );
      expect(told.test(refusals), `${path}: ${message}`).to.equal(true);
    }
  });

  it('takes the same names', async () => {
    const names = [...NAMES, 'x'.repeat(253), 'x'.repeat(254)];
    for (const name of names) {
      const document = documentOf(SMALLEST, { name, namespace: 'default' });
      expect(parsePolicy(document).ok, JSON.stringify(name)).to.equal((await dryRun.create(document)).accepted);
    }
  });

  it('leaves metadata to Kubernetes: a file may carry what only other tools know', async () => {
    const document = documentOf(SMALLEST, { name: 'acme', namespace: 'default', color: 'blue' });
    expect(parsePolicy(document).ok).to.equal(true);
    expect((await dryRun.create(document)).message).to.contain('unknown field "metadata.color"');
  });

  describe('agrees on texts that nobody thought of', () => {
    const pieces = (parts: readonly string[]): fc.Arbitrary<string> =>
      fc
        .array(
          fc.oneof(
            { weight: 9, arbitrary: fc.constantFrom(...parts) },
            fc.string({ unit: anyCharacter, maxLength: 2 }),
          ),
          { maxLength: 8 },
        )
        .map((found) => found.join(''))
        // Lone surrogates have no UTF-8, so they never reach a server.
        .filter((text) => !/\p{Surrogate}/u.test(text));
    const fields: { path: string; place: (text: string) => object; texts: fc.Arbitrary<string> }[] = [
      {
        path: 'spec.github.apiURL',
        place: (apiURL) => ({ github: { ...SMALLEST.github, apiURL } }),
        texts: pieces([
          'https',
          'http',
          '://',
          ':',
          '/',
          'localhost',
          '127.0.0.1',
          '[::1]',
          'a.example',
          '.',
          '@',
          '?',
          '#',
          ':80',
          '%20',
          '\\',
          ' ',
          '-',
          '_',
          '1',
        ]),
      },
      {
        path: 'spec.catalog.paths[]',
        place: (text) => ({ catalog: { paths: [text] } }),
        texts: pieces(['a', '/', '..', '.', '\\', ' ', '\n']),
      },
      {
        path: 'spec.catalog.productionLifecycles[]',
        place: (text) => ({ catalog: { productionLifecycles: [text] } }),
        texts: pieces(['production', ' ', '\t', '\n', '\u00a0', '\u2028', '\u0085', '\ufeff']),
      },
      {
        path: 'spec.exit.gracePeriod',
        place: (gracePeriod) => ({ exit: { gracePeriod } }),
        texts: pieces(['0', '1', '9', '72', '.', 'h', 'm', 's', 'ms', '-', ' ']),
      },
      {
        path: 'spec.guards.maxLeaving',
        place: (maxLeaving) => ({ guards: { maxLeaving } }),
        texts: pieces(['0', '1', '9', '100', '%', '.', '-']),
      },
      {
        path: 'spec.github.credentials.secretRef.name',
        place: (name) => ({ github: { credentials: { secretRef: { name } } } }),
        texts: pieces(['a', 'Z', '0', '-', '.', '_', '/']),
      },
    ];
    for (const { path, place, texts } of fields) {
      it(`at ${path}`, async () => {
        await fc.assert(
          fc.asyncProperty(texts, async (text) => {
            const found = await judge({ path, reason: JSON.stringify(text), spec: { ...SMALLEST, ...place(text) } });
            expect(difference(found)).to.equal(undefined);
          }),
          { numRuns: 150 },
        );
      });
    }
  });
});

interface PlacedRule {
  path: string;
  rule: string;
  message: string;
}

function rulesUnder(node: OpenApi, path: string): PlacedRule[] {
  return [
    ...(node['x-kubernetes-validations'] ?? []).map(({ rule, message }) => ({ path, rule, message })),
    ...Object.entries(node.properties ?? {}).flatMap(([name, field]) => rulesUnder(field, `${path}.${name}`)),
    ...(node.items === undefined ? [] : rulesUnder(node.items, `${path}[]`)),
  ];
}

/** An API server names the entry of a list by its place in it. */
function pathPattern(path: string): string {
  return path.replaceAll('.', '\\.').replaceAll('[]', '\\[\\d+\\]');
}
