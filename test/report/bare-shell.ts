/** Follows a `VERIFY.md` line by line, in a shell that finds nothing but sha256sum and openssl. */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';

export interface BareShell {
  /** Default `/bin/sh`. */
  shell?: string;
  /** What stands in the place of openssl: a script. */
  openssl?: string;
  /** Folder for its files; default a new one. */
  tmpdir?: string;
}

export interface Followed {
  code: number | null;
  /** What it printed, without empty lines. */
  lines: string[];
}

const pathOf = (name: string): string =>
  spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

export function followPage(
  folder: string,
  { shell = '/bin/sh', openssl, tmpdir = temporaryFolder() }: BareShell = {},
): Followed {
  const bin = temporaryFolder();
  symlinkSync(pathOf('sha256sum'), join(bin, 'sha256sum'));
  if (openssl === undefined) symlinkSync(pathOf('openssl'), join(bin, 'openssl'));
  else writeFileSync(join(bin, 'openssl'), openssl, { mode: 0o755 });
  const page = readFileSync(join(folder, 'VERIFY.md'), 'utf8');
  const script = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block).join('\n');
  const env = { PATH: bin, TMPDIR: tmpdir };
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script], {
    ...{ cwd: folder, env, encoding: 'utf8' as const },
    // With a pipe bash would think of a remote shell, and read files of the user.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: status, lines: (stdout + stderr).split('\n').filter((line) => line !== '') };
}

/** As versions before 3.0 answer, which have no `-rawin`. */
export const oldOpenSSL = (): string => `#!/bin/sh
case " $* " in
  *' -rawin '*) echo 'pkeyutl: Unknown option: -rawin' >&2; exit 1 ;;
  ' version ') echo 'OpenSSL 1.1.1w  11 Sep 2023'; exit 0 ;;
esac
exec ${pathOf('openssl')} "$@"
`;
