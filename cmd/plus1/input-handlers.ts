/** What handles each kind that is an input of passes: one line a kind. */
import { durationMs } from '../../pkg/api/index.js';
import {
  EgressHandler,
  incidentHandler,
  RolloutHandler,
  type EvidenceStore,
  type InputHandler,
} from '../../pkg/reconciler/index.js';
import { resolveName } from './ask-dns.js';
import type { LimitOptions } from './limit-options.js';

export interface HandlerSetup {
  options: Pick<LimitOptions, 'limitEmergencyEgress'>;
  /** Of PLUS1_DNS_SERVERS; those of the system where it is empty. */
  dnsServers: readonly string[];
  /** Where evidence of incidents is kept; absent where nothing is kept on a disk. */
  evidence?: EvidenceStore | undefined;
}

/** The operator's limit on how far ahead an Emergency of egress ends, unless one is given. */
const EMERGENCY_EGRESS = '24h';

/** In the order in which a pass calls them: what isolates waits for no other. */
export const inputHandlers = ({ options, dnsServers, evidence }: HandlerSetup): readonly InputHandler[] => [
  incidentHandler({ evidence }),
  new RolloutHandler(),
  new EgressHandler({
    resolve: (name, signal) => resolveName(name, dnsServers, signal),
    emergencyLimitMs: durationMs(options.limitEmergencyEgress ?? EMERGENCY_EGRESS),
  }),
];
