/** What the page on the installation says of the controller's rights and of the kinds, held against the manifests. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';

interface Manifest {
  kind: string;
  metadata: { name: string };
  rules?: { resources: string[]; verbs: string[] }[];
}

const PAGE = readFileSync('docs/guides/install.md', 'utf8');
const manifests = parseAllDocuments(readFileSync('deploy/install.yaml', 'utf8')).map(
  (document) => document.toJS() as Manifest,
);
const namesOf = (kind: string): string[] =>
  manifests.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name);

describe('the page on the installation', () => {
  const role = manifests.find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'plus1');
  const resources = new Set(role?.rules?.flatMap((rule) => rule.resources));

  it('has a row for each resource that the controller may touch', () => {
    expect(resources.size).to.be.greaterThan(10);
    for (const resource of resources) expect(PAGE).to.match(new RegExp(`^\\| \`${resource}\`.*\\|`, 'm'));
  });

  it('deletes every kind where everything is to go', () => {
    const line = /^kubectl delete crd (.*)$/m.exec(PAGE)?.[1]?.split(' ') ?? [];
    expect(line.sort()).to.deep.equal(namesOf('CustomResourceDefinition').sort());
  });

  it('names every ClusterRole that is bound to nobody', () => {
    const roles = namesOf('ClusterRole');
    expect(roles.length).to.be.greaterThan(3);
    for (const name of roles) expect(PAGE).to.include(`\`${name}\``);
  });
});
