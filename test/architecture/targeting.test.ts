/** Kind: a value of the policy that some part has not heard of. The ruleset would be read, written or explained as another one. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';

const POLICY = resolve('pkg/api/policy.ts');
/** Each decides something about how a ruleset names its members. */
const DECIDING = [
  'pkg/github/membership/memberships.ts',
  'pkg/github/preflight.ts',
  'pkg/github/requester/grant.ts',
  'pkg/reconciler/status/compliant.ts',
];

describe('A further value of spec.ruleset.targeting', function () {
  // Two compilations: seconds on an idle machine.
  this.timeout(600_000);

  it('does not compile before every place decides about it', () => {
    const written = readFileSync(POLICY, 'utf8');
    const wider = written.replace("'CustomProperty'])", "'CustomProperty', 'Name'])");
    expect(wider).not.to.equal(written);
    const compiler = new Compiler();
    expect(compiler.wrongFiles(written)).to.deep.equal([]);
    expect(compiler.wrongFiles(wider)).to.deep.equal(DECIDING);
  });
});

/** Compiles the deciding files with one schema after another; every other file is read and parsed once. */
class Compiler {
  readonly #options: ts.CompilerOptions;
  readonly #host: ts.CompilerHost;
  #policy = '';
  #last: ts.Program | undefined;

  constructor() {
    const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
    // Of all the packages with global types, pkg needs those of Node alone.
    this.#options = { ...options, noEmit: true, incremental: false, types: ['node'] };
    this.#host = ts.createCompilerHost(options);
    const parse = this.#host.getSourceFile.bind(this.#host);
    const parsed = new Map<string, ts.SourceFile | undefined>();
    this.#host.getSourceFile = (path, version) => {
      if (resolve(path) === POLICY) return ts.createSourceFile(path, this.#policy, version);
      if (!parsed.has(path)) parsed.set(path, parse(path, version));
      return parsed.get(path);
    };
  }

  /** Those of the deciding files that do not compile where the policy's schema has that text. */
  wrongFiles(policy: string): string[] {
    this.#policy = policy;
    const program = ts.createProgram(DECIDING, this.#options, this.#host, this.#last);
    this.#last = program;
    return DECIDING.filter((file) => {
      const source = program.getSourceFile(file);
      return source === undefined || program.getSemanticDiagnostics(source).length > 0;
    });
  }
}
