/** What `plus1 report certification` does. */
import { join, resolve } from 'node:path';
import { Plus1Error } from '../../../pkg/errors/index.js';
import { lastMonth, monthPeriod, putFolder, writeCertification } from '../../../pkg/report/index.js';
import { printable } from '../../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../io.js';
import type { PlaceOptions } from '../journal/place.js';
import { reporting } from '../program.js';
import { unwritable } from '../report-file.js';
import { readFrameworks } from './frameworks.js';
import { noRecordLine } from './output.js';
import { reportedPolicies } from './policies.js';
import { rulesetVersions, type ReconcileOptions } from './ruleset-versions.js';
import { periodNamed } from './span.js';

export interface CertificationOptions extends PlaceOptions, ReconcileOptions {
  month?: string;
  output?: string;
  reports?: string;
  frameworks?: string;
}

export function runCertification(
  policy: string | undefined,
  options: CertificationOptions,
  io: CommandIO,
): Promise<number> {
  return reporting(io, async () => {
    const naming = { flag: '--month', allowed: 'a month, such as 2026-11', periodOf: monthPeriod };
    const period = periodNamed(options.month ?? lastMonth(io.clock()), naming, io.clock());
    const root = rootOf(options, io);
    const frameworks = await readFrameworks(options.frameworks, io);
    const versions = rulesetVersions(options, io);
    let written = 0;
    for (const { namespace, name, folders } of await reportedPolicies(policy, options, io)) {
      const output = placeOf(root, { policy, namespace, name, month: period.name });
      const isWritten = await putFolder(output, async (folder) => {
        const history = await writeCertification({ folders, period, frameworks, output: folder, versions });
        for (const chain of history?.unreadable ?? [])
          io.stderr.write(`${printable(chain)} has lines that are no records; run plus1 journal verify on it\n`);
        return history !== undefined;
      }).catch((error: unknown) => {
        throw error instanceof Plus1Error ? error : unwritable(output, error);
      });
      if (isWritten) written += 1;
      else io.stderr.write(noRecordLine(`${namespace}/${name}`, period.name));
    }
    return written > 0 ? EXIT.ok : EXIT.failed;
  });
}

interface Root {
  path: string;
  isKept: boolean;
}

function rootOf({ output, reports }: CertificationOptions, { cwd }: CommandIO): Root {
  if ((output === undefined) === (reports === undefined))
    throw new Plus1Error('PLUS1_USAGE', 'a certification is a folder: give --output or --reports', {
      fix: 'name a new or empty folder as --output',
    });
  return { path: resolve(cwd, output ?? reports ?? ''), isKept: reports !== undefined };
}

interface Place {
  policy: string | undefined;
  namespace: string;
  name: string;
  month: string;
}

function placeOf({ path, isKept }: Root, { policy, namespace, name, month }: Place): string {
  if (isKept) return join(path, namespace, name, 'certification', month);
  return policy === undefined ? join(path, `${namespace}.${name}`) : path;
}
