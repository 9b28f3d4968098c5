/**
 * The findings as SARIF 2.1.0, which code scanning of GitHub and editors read:
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { sha256 } from '../../../pkg/base/index.js';
import { printable, printableJSON } from '../../../pkg/text/index.js';
import { WORKFLOW_RULES, type WorkflowCode, type WorkflowFinding } from '../../../pkg/workflows/index.js';
import type { JudgedPath } from './requirement.js';

export interface SarifOptions {
  version: string;
  cwd: string;
  /** The folder of the repository; files are named relative to it. */
  workspace: string | undefined;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const PAGE = 'docs/reference/workflow-findings.md';
const CODES = Object.keys(WORKFLOW_RULES) as WorkflowCode[];

export function renderSarif(results: readonly JudgedPath[], options: SarifOptions): string {
  const rules = CODES.map((id) => {
    const { meaning, effect, fix, severity } = WORKFLOW_RULES[id];
    return {
      id,
      shortDescription: { text: meaning },
      fullDescription: { text: `${meaning} ${effect}` },
      help: { text: `${effect} ${fix} See ${PAGE}#${id}.` },
      defaultConfiguration: { level: severity },
    };
  });
  const found = results.flatMap(({ file, jobs }) =>
    jobs.flatMap(({ name, findings }) => findings.map((finding) => resultOf(finding, { file, name, options }))),
  );
  return printableJSON({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'plus1', version: options.version, rules } },
        columnKind: 'utf16CodeUnits',
        results: found,
      },
    ],
  });
}

function resultOf(
  { code, severity, line, column, found, expected, fix }: WorkflowFinding,
  { file, name, options }: { file: string; name: string; options: SarifOptions },
): unknown {
  const uri = uriOf(file, options);
  return {
    ruleId: code,
    ruleIndex: CODES.indexOf(code),
    level: severity,
    message: { text: `job ${printable(name)}: found ${found}, expected ${expected}; ${fix}` },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line, startColumn: column } } }],
    // Without the line, so that an alert stays the same one when something is added above it.
    partialFingerprints: { 'plus1/v1': sha256(JSON.stringify([uri, name, code, found])) },
  };
}

/** Relative to the repository where it lies in it: GitHub shows only those. */
function uriOf(file: string, { cwd, workspace }: SarifOptions): string {
  const place = resolve(cwd, file);
  const base = workspace === undefined || workspace === '' ? cwd : workspace;
  const path = relative(base, place);
  const isInside = path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  const parts = (isInside ? path : place).split(sep).map((part) => encodeURIComponent(part));
  return isInside ? parts.join('/') : `file://${parts.join('/')}`;
}
