import { expect } from 'chai';
import { helmOrSkip, template } from './render.js';

interface Note {
  it: string;
  set: Record<string, string>;
  says: RegExp;
  /** Where the same must not be said. */
  unless: Record<string, string>;
}

const TENANT = { 'watch.namespaces': '{tenant-a}' };

const NOTES: readonly Note[] = [
  {
    it: 'what an emptyDir means',
    set: { 'persistence.enabled': 'false' },
    says: /journal[^]*emptyDir[^]*no evidence/,
    unless: {},
  },
  {
    it: 'what goes with the CRDs where they are not kept',
    set: { 'crds.keep': 'false' },
    says: /deletes every policy, approval, egress rule, rollout and incident/,
    unless: {},
  },
  {
    it: 'that nobody published an image',
    set: { 'image.tag': '1.2.3' },
    says: /no published image: the nodes must have plus1:1\.2\.3, or image\.registry/,
    unless: { 'image.registry': 'images.example.com' },
  },
  {
    it: 'so of no image that is pinned',
    set: {},
    says: /no published image/,
    unless: { 'image.digest': `sha256:${'0'.repeat(64)}` },
  },
  {
    it: 'which rights are left to somebody else',
    set: { 'rbac.create': 'false', 'serviceAccount.name': 'mine', ...TENANT },
    says: /ServiceAccount mine of plus1-system[^]*tenant-a:[^]*plus1policies\/status[^]*In plus1-system:[^]*leases/,
    unless: TENANT,
  },
  {
    it: 'no right to a lease where there is no election',
    set: { 'rbac.create': 'false', 'leaderElection.enabled': 'false' },
    says: /rbac\.create is false(?![^]*leases)/,
    unless: { 'rbac.create': 'false' },
  },
  {
    it: 'where the Secret lies that a policy can name',
    set: { 'credentials.existingSecret': 'acme', ...TENANT },
    says: /Secret acme of tenant-a/,
    unless: { 'credentials.existingSecret': 'acme', 'watch.namespaces': '{tenant-a,plus1-system}' },
  },
];

describe('notes of the chart', () => {
  before(function () {
    helmOrSkip(this);
  });
  const notes = (set: Record<string, string>): string => {
    const ran = template({ set, notes: true });
    expect(ran.ok, ran.stderr).to.equal(true);
    return ran.stdout.slice(ran.stdout.indexOf('NOTES:'));
  };

  for (const { it: what, set, says, unless } of NOTES) {
    it(`say ${what}`, () => {
      expect(notes(set)).to.match(says);
      expect(notes(unless)).not.to.match(says);
    });
  }
});
