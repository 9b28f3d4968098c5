import { Ajv } from 'ajv';
import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { parse } from 'yaml';
import { INPUT_KINDS, parsePolicy } from '../../pkg/api/index.js';
import { text } from '../../pkg/api/fields.js';
import { approvalCRDFile, crdFile, inputCRDFile } from './crd-file.js';
import { approvalDefinition, approvalSchema } from './crd/approval.js';
import { inputDefinition, inputSchema } from './crd/input.js';
import { nodeOf } from './crd/node.js';
import { KEYWORDS, ordered, type OpenApi } from './crd/open-api.js';
import { assertAnchored, assertPortable, patternsOf } from './crd/pattern.js';
import { policyDefinition } from './crd/resource.js';

const file = new URL('../../deploy/crds/plus1.dev_plus1policies.yaml', import.meta.url);
const definition = parse(await readFile(file, 'utf8'));
const [version] = definition.spec.versions;
const root = version.schema.openAPIV3Schema as OpenApi;

/** Every node under the root with its path; `metadata` is Kubernetes' own. */
function walk(node: OpenApi, path = ''): [string, OpenApi][] {
  const fields = Object.entries(node.properties ?? {}).filter(([name]) => path !== '' || name !== 'metadata');
  return [
    [path, node],
    ...fields.flatMap(([name, field]) => walk(field, `${path}.${name}`)),
    ...(node.items === undefined ? [] : walk(node.items, `${path}[]`)),
  ];
}

const nodes = [...walk(root), ...[approvalSchema(), ...INPUT_KINDS.map(inputSchema)].flatMap((schema) => walk(schema))];
const judged = nodes.filter(([path]) => /^\.(spec|status)/.test(path));
const failing = (rule: (node: OpenApi, path: string) => boolean): string[] =>
  judged.filter(([path, node]) => !rule(node, path)).map(([path]) => path);

describe('CRD: the definition', () => {
  it('is namespaced, of our group, and known by its short name and category', () => {
    expect(definition.metadata.name).to.equal('plus1policies.plus1.dev');
    expect(definition.spec).to.deep.include({ group: 'plus1.dev', scope: 'Namespaced' });
    expect(definition.spec.names).to.deep.include({
      kind: 'Plus1Policy',
      plural: 'plus1policies',
      shortNames: ['plus1'],
      categories: ['github-governance'],
    });
  });

  it('has one version, served, stored, and with a status of its own', () => {
    expect(definition.spec.versions).to.have.length(1);
    expect(version).to.deep.include({ name: 'v1alpha1', served: true, storage: true, subresources: { status: {} } });
  });

  it('shows the columns that the contract names, and the message of Ready only when asked for more', () => {
    const columns = version.additionalPrinterColumns as { name: string; priority?: number }[];
    expect(columns.filter(({ priority }) => priority === undefined).map(({ name }) => name)).to.deep.equal([
      'Organization',
      'Mode',
      'Ready',
      'Governed',
      'Held',
      'Last Sync',
      'Age',
    ]);
    expect(columns.filter(({ priority }) => priority === 1).map(({ name }) => name)).to.deep.equal(['Status']);
  });

  it('reads the same in YAML 1.1, which kubectl speaks, and in YAML 1.2', () => {
    for (const yaml of ['1.1', '1.2'] as const) {
      expect(parse(crdFile(), { version: yaml })).to.deep.equal(policyDefinition());
    }
  });

  it('is written the same way twice', () => {
    expect(crdFile()).to.equal(crdFile());
  });
});

describe('CRD: approvals', () => {
  const { metadata, spec } = parse(approvalCRDFile());

  it('are namespaced, of our group, and known by a short name and the category', () => {
    expect(metadata.name).to.equal('plus1approvals.plus1.dev');
    expect(spec).to.deep.include({ group: 'plus1.dev', scope: 'Namespaced' });
    expect(spec.names).to.deep.include({
      kind: 'Plus1Approval',
      plural: 'plus1approvals',
      shortNames: ['plus1a'],
      categories: ['github-governance'],
    });
  });

  it('have one version with a status of its own, and show who approved what', () => {
    const [version, ...others] = spec.versions;
    expect(others).to.deep.equal([]);
    expect(version).to.deep.include({ name: 'v1alpha1', served: true, storage: true, subresources: { status: {} } });
    const columns = version.additionalPrinterColumns as { name: string }[];
    expect(columns.map(({ name }) => name)).to.deep.equal(['Policy', 'Kind', 'Approver', 'State', 'Age']);
  });

  it('read the same in YAML 1.1 and 1.2', () => {
    for (const yaml of ['1.1', '1.2'] as const)
      expect(parse(approvalCRDFile(), { version: yaml })).to.deep.equal(approvalDefinition());
  });
});

describe('CRD: kinds that are inputs of passes', () => {
  for (const input of INPUT_KINDS) {
    it(`${input.kind}: namespaced, with a status, a short name of its own, and the policy as first column`, () => {
      const { metadata, spec } = parse(inputCRDFile(input));
      expect(metadata.name).to.equal(`${input.plural}.plus1.dev`);
      expect(spec.names).to.deep.include({ kind: input.kind, categories: ['github-governance'] });
      const [version, ...others] = spec.versions;
      expect(others).to.deep.equal([]);
      expect(version).to.deep.include({ name: 'v1alpha1', served: true, storage: true, subresources: { status: {} } });
      const columns = version.additionalPrinterColumns as { name: string; jsonPath: string }[];
      expect(columns[0]).to.include({ name: 'Policy', jsonPath: '.spec.policyRef.name' });
      expect(columns.map(({ name }) => name)).to.include.members(['Ready', 'Age']);
      for (const yaml of ['1.1', '1.2'] as const)
        expect(parse(inputCRDFile(input), { version: yaml })).to.deep.equal(inputDefinition(input));
    });

    it(`${input.kind}: asks for policy, reason and owner`, () => {
      const { spec } = inputSchema(input).properties ?? {};
      expect(spec?.required).to.include.members(['policyRef', 'reason', 'owner']);
      expect(spec?.properties?.['ticket']).to.not.equal(undefined);
    });
  }

  it('have names of their own', () => {
    const names = INPUT_KINDS.flatMap(({ kind, plural, shortName }) => [kind, plural, shortName]);
    expect(new Set(names).size).to.equal(names.length);
  });
});

describe('CRD: the schema', () => {
  it('is large enough that the rules below look at something', () => {
    expect(judged).to.have.length.above(120);
  });

  it('holds keywords that API servers know, and no others', () => {
    expect(
      failing((node) => Object.keys(node).every((key) => (KEYWORDS as readonly string[]).includes(key))),
    ).to.deep.equal([]);
  });

  it('has a type at every node: it is structural', () => {
    expect(
      failing(({ type, ...node }) => type !== undefined || node['x-kubernetes-int-or-string'] === true),
    ).to.deep.equal([]);
  });

  it('gives every text, list and number its bounds', () => {
    expect(
      failing(({ type, ...node }) => type !== 'string' || node.enum !== undefined || node.maxLength !== undefined),
    ).to.deep.equal([]);
    expect(failing(({ type, maxItems }) => type !== 'array' || maxItems !== undefined)).to.deep.equal([]);
    expect(
      failing((node) => node.type !== 'integer' || (node.minimum !== undefined && node.maximum !== undefined)),
    ).to.deep.equal([]);
  });

  it('says a sentence for every field: it begins with a capital and ends with a full stop', () => {
    const isSentence = ({ description = '' }: OpenApi): boolean => /^[A-Z-].{8,}\.$/.test(description);
    expect(failing((node, path) => path.endsWith('[]') || isSentence(node))).to.deep.equal([]);
  });

  it('tells defaults in the sentence, because `kubectl explain` shows them nowhere else', () => {
    const told = ({ default: given, type, description = '' }: OpenApi): boolean =>
      given === undefined || type === 'object' || /default/i.test(description);
    expect(failing(told)).to.deep.equal([]);
  });

  it('requires only what it declares', () => {
    expect(failing(({ required = [], properties = {} }) => required.every((name) => name in properties))).to.deep.equal(
      [],
    );
  });

  it('requires the keys of every list map, so that no entry is without its key', () => {
    expect(
      failing((node) =>
        (node['x-kubernetes-list-map-keys'] ?? []).every((key) => node.items?.required?.includes(key) ?? false),
      ),
    ).to.deep.equal([]);
  });

  it('names only declared fields in its rules', () => {
    const named = (rule: string): string[] =>
      [...rule.matchAll(/self\.([a-zA-Z_]+)(?![a-zA-Z_(])/g)].map(([, name = '']) => name);
    expect(
      failing(({ properties = {}, ...node }) =>
        (node['x-kubernetes-validations'] ?? []).flatMap(({ rule }) => named(rule)).every((name) => name in properties),
      ),
    ).to.deep.equal([]);
  });

  it('says what is allowed in one line for every rule', () => {
    const rules = judged.flatMap(([, node]) => node['x-kubernetes-validations'] ?? []);
    expect(rules).to.have.length.above(20);
    for (const { rule, message } of rules) expect(message, rule).to.match(/^(allowed: .+|the field is immutable)$/);
  });

  it('makes immutable only what is always present: a field that can be removed can be set again', () => {
    const frozen = judged.filter(([, node]) =>
      node['x-kubernetes-validations']?.some(({ rule }) => rule.includes('oldSelf')),
    );
    expect(frozen.map(([path]) => path)).to.deep.equal([
      '.spec.organization',
      '.spec.github.apiURL',
      '.spec.ruleset.name',
      // Of an approval; the whole of it is required.
      '.spec',
      // Of the kinds that are inputs; what is required in a required object cannot be removed.
      ...['.spec.policyRef.name', '.spec.policyRef.name', '.spec.drill', '.spec.policyRef.name'],
    ]);
    expect(approvalSchema().required).to.deep.equal(['spec']);
    for (const { properties: { spec } = {} } of INPUT_KINDS.map(inputSchema))
      for (const [node, field] of [
        [spec, 'policyRef'],
        [spec?.properties?.['policyRef'], 'name'],
      ] as const)
        expect(node?.required).to.include(field);
    for (const [path, node] of frozen.filter(([of]) => !['.spec', '.spec.policyRef.name'].includes(of))) {
      const required = root.properties?.['spec']?.required?.includes(path.slice('.spec.'.length));
      expect(required === true || node.default !== undefined, path).to.equal(true);
    }
  });

  it('uses patterns that JavaScript and RE2 read alike', () => {
    const patterns = judged.flatMap(([, node]) => (node.pattern === undefined ? [] : [node.pattern]));
    const inRules = judged.flatMap(([, node]) =>
      (node['x-kubernetes-validations'] ?? []).flatMap(({ rule }) => patternsOf(rule)),
    );
    expect(patterns.length).to.be.above(5);
    expect(inRules.length).to.be.above(5);
    patterns.forEach(assertAnchored);
    inRules.forEach(assertPortable);
    for (const pattern of [...patterns, ...inRules]) expect(() => new RegExp(pattern)).to.not.throw();
  });

  it('has defaults that are valid where they stand', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const [path, node] of nodes) {
      if (node.default === undefined) continue;
      const isOfItsType = node['x-kubernetes-int-or-string'] === true ? typeof node.default === 'string' : true;
      expect(isOfItsType && ajv.validate(node as object, node.default), `${path} ${ajv.errorsText()}`).to.equal(true);
    }
  });

  it('fills a smallest policy with the same defaults as the program', () => {
    const document = {
      apiVersion: 'plus1.dev/v1alpha1',
      kind: 'Plus1Policy',
      metadata: { name: 'acme', namespace: 'default' },
      spec: { organization: 'acme', github: { credentials: { secretRef: { name: 'acme-github' } } } },
    };
    const parsed = parsePolicy(document);
    const spec = root.properties?.['spec'] ?? {};
    expect(parsed.ok && parsed.policy.spec).to.deep.equal(defaulted(spec, document.spec));
  });
});

/** Defaulting as an API server does it: a default is filled where its field is absent, and only below what is present. */
function defaulted(node: OpenApi, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const given = value as Record<string, unknown>;
  const fields = Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const inner = given[name] ?? field.default;
    return inner === undefined ? [] : [[name, defaulted(field, inner)] as const];
  });
  return Object.fromEntries(fields);
}

describe('CRD: the generator refuses', () => {
  const refused: { schema: v.GenericSchema; says: RegExp; reason: string }[] = [
    {
      schema: v.pipe(
        text(0, 9, 'x'),
        v.check((value) => value !== 'x', 'not x'),
      ),
      says: /^x: a check without its CEL rule/,
      reason: 'a check that only the program could make',
    },
    { schema: v.string(), says: /^x: without bounds/, reason: 'a text without a longest' },
    { schema: v.array(text(0, 9, 'x')), says: /^x: without bounds/, reason: 'a list without a longest' },
    { schema: v.pipe(v.number(), v.integer()), says: /^x: without bounds/, reason: 'a number without bounds' },
    { schema: v.number(), says: /^x: no type/, reason: 'fractions' },
    {
      schema: v.pipe(v.string(), v.maxLength(9)),
      says: /^x: max_length of valibot/,
      reason: 'lengths in UTF-16 units',
    },
    { schema: v.pipe(text(0, 9, 'x'), v.regex(/^a/)), says: /not anchored/, reason: 'a pattern that matches anywhere' },
    { schema: v.pipe(text(0, 9, 'x'), v.regex(/^a$/i)), says: /with the flags i/, reason: 'a flag that is lost' },
    {
      schema: v.pipe(text(0, 2_000, 'x'), v.regex(/^a{1,1001}$/)),
      says: /repeats by \{1,1001\}/,
      reason: 'more repetitions than an API server takes',
    },
    { schema: v.pipe(text(0, 9, 'x'), v.email()), says: /no words for the action email/, reason: 'an unknown action' },
    { schema: v.strictObject({ a: v.boolean() }), says: /^x\.a: a field without a sentence/, reason: 'a silent field' },
    {
      schema: v.object({ a: v.boolean() }),
      says: /no words for the schema object/,
      reason: 'unknown fields',
    },
    { schema: v.nullable(v.boolean()), says: /no words for the schema nullable/, reason: 'a null beside a default' },
    { schema: v.any(), says: /no words for the schema any/, reason: 'a node without a type' },
    { schema: v.union([v.boolean(), v.number()]), says: /a union of boolean, number/, reason: 'other unions' },
  ];
  for (const { schema, says, reason } of refused) {
    it(reason, () => expect(() => nodeOf(schema, 'x')).to.throw(says));
  }

  it('a keyword that API servers drop without a word', () => {
    expect(() => ordered({ const: 'x' } as OpenApi, 'x')).to.throw('x: the keyword const is not one of ours');
  });

  for (const pattern of [
    '^(?!a)$',
    '^(?=a)$',
    '^(?<=a)b$',
    '^(a)\\1$',
    '^a.b$',
    '^\\s$',
    '^\\w$',
    '^a\\b$',
    '^\\p{L}$',
  ]) {
    it(`the pattern ${pattern}, which RE2 refuses or reads differently`, () => {
      expect(() => assertAnchored(pattern)).to.throw(/RE2 reads differently/);
    });
  }
  for (const pattern of ['^a\\.b$', '^[.a]$', '^\\d+\\/$', '^[^:]*$', '^(a|b){1,2}%$']) {
    it(`not the pattern ${pattern}`, () => expect(() => assertAnchored(pattern)).to.not.throw());
  }
});
