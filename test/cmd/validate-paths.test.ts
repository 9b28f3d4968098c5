/** Paths that `validate` is given: the spelling that git has, and a refusal or a hint for what can match nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import type { CommandIO } from '../../cmd/plus1/io.js';
import { runValidate } from '../../cmd/plus1/validate/run.js';
import { PRODUCTION } from '../builders.js';
import { temporaryFolder } from '../integration/cli.js';

describe('paths of validate', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
  });

  const write = (path: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), PRODUCTION);
  };

  async function validate(
    file: string | undefined,
    path?: string,
  ): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ['', ''];
    const sink = (take: (text: string) => void): Writable =>
      new Writable({ write: (chunk: Buffer, _encoding, done) => (take(chunk.toString()), done()) });
    const io: CommandIO = {
      stdout: sink((text) => (out += text)),
      stderr: sink((text) => (err += text)),
      stdin: new PassThrough(),
      env: path === undefined ? {} : { DATADOG_YAML_PATH: path },
      cwd: folder,
      signal: new AbortController().signal,
      onHangup: () => undefined,
      clock: () => 0,
      monotonic: () => 0,
      random: () => 0,
      done: () => undefined,
    };
    const code = await runValidate(['.'], file === undefined ? {} : { file }, io);
    return { code, out, err };
  }

  it('are put into one spelling', async () => {
    write('a/b.yaml');
    expect((await validate('./a//b.yaml')).out).to.match(/^a\/b\.yaml: valid_production/);
    expect((await validate(undefined, 'a/./b.yaml')).out).to.match(/^a\/b\.yaml: valid_production/);
  });

  for (const path of ['*.yaml', 'services/*/a.yaml', 'a/', '../a', ' a', 'a\\b', 'a.yaml,b.yaml']) {
    it(`are refused where they can match nothing: ${path}`, async () => {
      const flag = await validate(path);
      const variable = await validate(undefined, path);
      expect([flag.code, variable.code, flag.out, variable.out]).to.deep.equal([2, 2, '', '']);
      expect(flag.err).to.match(/^PLUS1_USAGE: --file: found "[^\n]+", allowed: [^\n]+\n$/);
      expect(variable.err).to.match(/^PLUS1_USAGE: DATADOG_YAML_PATH: found "[^\n]+", allowed: [^\n]+\n$/);
    });
  }

  for (const [wanted, there, name] of [
    ['entity.datadog.yaml', 'entity.datadog.yml', 'entity.datadog.yml'],
    ['a/catalog.yml', 'a/catalog.yaml', 'catalog.yaml'],
  ] as const) {
    it(`are told what is there instead: ${there} for ${wanted}`, async () => {
      write(there);
      const { code, out } = await validate(wanted);
      expect(code).to.equal(1);
      expect(out)
        .to.match(/missing_file/)
        .and.include(`found no file, but "${name}" beside it`);
    });
  }
});
