/**
 * harden-runner's agent as a small model: how it reads `allowed-endpoints`, and what it lets out then. Made from its code alone, apart
 * from the judgement, so that a property can hold the two together (`agent.test.ts`).
 * https://github.com/step-security/agent: parseEndpoints (config.go), matchWildcardDomain (dnsproxy.go), Run (agent.go)
 */

/** One token of the list. */
export interface AgentEndpoint {
  /** As it stands in the list. */
  token: string;
  /** With a dot at its end, as DNS writes it. */
  name: string;
  /** 0 where the text is no number; nothing listens there. */
  port: number;
  isPattern: boolean;
}

/** What the agent does with a list while it blocks. */
export interface AgentPlan {
  /** False where it takes all its changes back: nothing is blocked, and the step succeeds. */
  armed: boolean;
  /** The first name that did not resolve. */
  dead?: string;
  endpoints: AgentEndpoint[];
}

const DEFAULT_PORT = 443;

/** As the action hands the input on: trimmed, then split at single blanks. */
export function agentEndpoints(input: string): AgentEndpoint[] {
  return input
    .trim()
    .split(' ')
    .filter((token) => token !== '')
    .map(endpointOf);
}

function endpointOf(token: string): AgentEndpoint {
  const [host = '', port] = token.split(':');
  const name = host.endsWith('.') ? host : `${host}.`;
  return { token, name, port: port === undefined ? DEFAULT_PORT : atoi(port), isPattern: name.includes('*') };
}

/** Go's strconv.Atoi with its error dropped: https://pkg.go.dev/strconv#Atoi */
function atoi(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : 0;
}

/** The plan for a list. `resolves`: does DNS know an A record for the name. */
export function agentPlan(input: string, resolves: (name: string) => boolean): AgentPlan {
  const endpoints = agentEndpoints(input);
  const dead = endpoints.find(({ name, isPattern }) => !isPattern && (name.endsWith('.internal.') || !resolves(name)));
  return dead === undefined ? { armed: true, endpoints } : { armed: false, dead: dead.name, endpoints };
}

/** True where a process gets an answer for the name and a connection to the port. */
export function agentAllows({ armed, endpoints }: AgentPlan, host: string, port: number): boolean {
  if (!armed) return true;
  const name = host.endsWith('.') ? host : `${host}.`;
  const exact = endpoints.filter((endpoint) => !endpoint.isPattern && endpoint.name === name);
  if (exact.length > 0) return exact.some((endpoint) => endpoint.port === port);
  return endpoints.some((endpoint) => endpoint.isPattern && matches(endpoint.name, name) && endpoint.port === port);
}

/** No pattern holds this. */
const ANY_NAME = '\uffff.';

/** True where every name gets an answer, which alone carries data out. */
export const agentAnswersAll = ({ armed, endpoints }: AgentPlan): boolean =>
  !armed || endpoints.some(({ name, isPattern }) => isPattern && matches(name, ANY_NAME));

function matches(pattern: string, target: string): boolean {
  const [before = '', after = ''] = pattern.split('*');
  return (before === '' || target.startsWith(before)) && target.endsWith(after);
}
