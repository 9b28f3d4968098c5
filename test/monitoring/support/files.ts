/** The dashboards and rules that are shipped, as values. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
export const RULES_FOLDER = join(DEPLOY, 'prometheus');
const GRAFANA_FOLDER = join(DEPLOY, 'grafana');

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  fieldConfig?: {
    defaults: { unit?: string; noValue?: string; thresholds?: unknown };
    overrides?: { properties: { id: string; value: unknown }[] }[];
  };
  targets?: { expr: string; datasource: { type: string; uid: string } }[];
}

export interface Variable {
  name: string;
  type: string;
  definition?: string;
}

export interface Dashboard {
  uid: string;
  title: string;
  schemaVersion: number;
  templating: { list: Variable[] };
  panels: Panel[];
}

export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface AlertCase {
  name: string;
  input_series: { series: string; values: string }[];
  alert_rule_test: { alertname: string; exp_alerts: unknown[] }[];
}

const named = (folder: string, pattern: RegExp): string[] => readdirSync(folder).filter((name) => pattern.test(name));

/** Every dashboard, by the name of its file. */
export function dashboards(): [string, Dashboard][] {
  return named(GRAFANA_FOLDER, /\.json$/).map((name) => [
    name,
    JSON.parse(readFileSync(join(GRAFANA_FOLDER, name), 'utf8')) as Dashboard,
  ]);
}

export function alertRules(): AlertRule[] {
  const file = parse(readFileSync(join(RULES_FOLDER, 'rules.yaml'), 'utf8')) as { groups: { rules: AlertRule[] }[] };
  return file.groups.flatMap(({ rules }) => rules);
}

/** The files with cases for promtool. */
export function caseFiles(): string[] {
  return named(RULES_FOLDER, /^tests.*\.yaml$/).map((name) => join(RULES_FOLDER, name));
}

export function alertCases(): AlertCase[] {
  return caseFiles().flatMap((path) => (parse(readFileSync(path, 'utf8')) as { tests: AlertCase[] }).tests);
}

/** A query of a dashboard as Prometheus can take it; `window` stands for what Grafana would choose. */
export function filledIn(expr: string, window: string): string {
  return expr
    .replaceAll(/\$__(rate_interval|range|interval)\b/g, window)
    .replaceAll(/\$(organization|policy)\b/g, '.*');
}

/** Every query of every panel, with a name for messages. */
export function panelQueries(window: string): { of: string; expr: string }[] {
  return dashboards().flatMap(([file, { panels }]) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ of: `${file}: ${title}`, expr: filledIn(expr, window) })),
    ),
  );
}
