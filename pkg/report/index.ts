/**
 * Reports: of one pass, as JSON for machines and auditors, text for people and Markdown for the summary of a job; and of days, weeks
 * and months, from the journal alone.
 */
export { parseFramework, type FrameworkLine } from './certification/frameworks.js';
export { EVIDENCE } from './certification/evidence.js';
export type { RulesetVersion } from './certification/reconciliation.js';
export { writeCertification, type ComparedVersions, type RulesetNamed } from './certification/write.js';
export { readHistory, type History } from './history/history.js';
export { dayPeriod, lastDay, lastMonth, lastWeek, monthPeriod, weekPeriod, type Period } from './history/period.js';
export { putFolder } from './keep/put-folder.js';
export { ReportKeeper, type KeptReport, type ReportKeeperOptions } from './keep/keeper.js';
export { failureMarkdown, outcomeMarkdown } from './markdown.js';
export { dailyReport, type DailyReport } from './period/daily.js';
export { sampleOf, type PopulationKind, type Sample } from './period/sample.js';
export { weeklyReport, type WeeklyReport } from './period/weekly.js';
export { dailyHTML, dailyMarkdown, repositoriesCSV } from './render/daily.js';
export { sampleCSV } from './render/sample.js';
export { weeklyHTML } from './render/weekly.js';
export { complianceReport, type Report, type ReportedRepository } from './report.js';
export { outcomeText } from './text.js';
export type { IncidentReport } from './incident/model.js';
export { incidentHTML, incidentMarkdown } from './incident/render.js';
export { text as markdownText } from './markdown-text.js';
