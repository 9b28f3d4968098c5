/** Kind: a value of the policy that some part has not heard of. The ruleset would be read, written or explained as another one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';

const POLICY = resolve('pkg/api/policy.ts');
/** Each decides something about how a ruleset names its members. */
const DECIDING = [
  'pkg/github/preflight.ts',
  'pkg/github/requester/grant.ts',
  'pkg/github/rulesets/members.ts',
  'pkg/reconciler/status/conditions.ts',
];

describe('A second value of spec.ruleset.targeting', () => {
  it('does not compile before every place decides about it', function () {
    this.timeout(120_000);
    const written = readFileSync(POLICY, 'utf8');
    const wider = written.replace("oneOf(['RepositoryID'])", "oneOf(['RepositoryID', 'CustomProperty'])");
    expect(wider).not.to.equal(written);
    expect(wrongFiles(written)).to.deep.equal([]);
    expect(wrongFiles(wider)).to.deep.equal(DECIDING);
  });
});

/** Those of the deciding files that do not compile where the policy's schema has that text. */
function wrongFiles(policy: string): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  host.readFile = (path) => (resolve(path) === POLICY ? policy : read(path));
  const program = ts.createProgram(DECIDING, { ...options, noEmit: true, incremental: false }, host);
  return DECIDING.filter((file) => {
    const source = program.getSourceFile(file);
    return source === undefined || program.getSemanticDiagnostics(source).length > 0;
  });
}
