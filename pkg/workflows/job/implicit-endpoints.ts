/** What harden-runner's agent lets out without an entry of the list. https://github.com/step-security/agent */

const GITHUB = [
  '*.actions.githubusercontent.com:443',
  'codeload.github.com:443',
  'actions-results-receiver-production.githubapp.com:443',
  'productionresultssa*.blob.core.windows.net:443',
];
const VENDOR = ['agent.api.stepsecurity.io:443', 'prod.app-api.stepsecurity.io:443'];

/** `telemetry`: the step has not switched it off. */
export const implicitEndpoints = (telemetry: boolean): string[] => (telemetry ? [...GITHUB, ...VENDOR] : [...GITHUB]);
