/** What `plus1 notify test` does: one marked message to each channel, each answer in its own words, and what to do about it. */
import { randomUUID } from 'node:crypto';
import { parsePolicy, type NotificationChannel, type Plus1Policy } from '../../pkg/api/index.js';
import { Plus1Error } from '../../pkg/errors/index.js';
import { testMessage } from '../../pkg/notify/index.js';
import { SecretFolder, StateFolder, type SecretReader } from '../../pkg/policies/index.js';
import { noticePolicy } from '../../pkg/reconciler/index.js';
import { printable } from '../../pkg/text/index.js';
import { readEnvironment } from './environment.js';
import { clockOf, EXIT, type CommandIO } from './io.js';
import type { NotifyOptions } from './notify-options.js';
import { attemptOf } from './notify-parts.js';
import { reporting } from './program.js';
import { stateFolder } from './state-folder.js';
import { onePolicy } from './stored-policy.js';

export interface NotifyTestOptions extends NotifyOptions {
  name?: string;
  state?: string;
  credentials?: string;
}

/** The exit code. 1 where a channel did not take the message. */
export function runNotifyTest(policy: string, options: NotifyTestOptions, io: CommandIO): Promise<number> {
  return reporting(io, () => test(policy, options, io));
}

/** Where the policy and its Secrets are. */
interface Place {
  policy: Plus1Policy;
  secrets: SecretReader | undefined;
  close?: () => Promise<void>;
}

async function test(name: string, options: NotifyTestOptions, io: CommandIO): Promise<number> {
  const place = await placeOf(name, options, io);
  try {
    const channels = channelsOf(place.policy, options.name);
    const clock = clockOf(io);
    const environment = readEnvironment(io.env);
    const attempt = attemptOf({ options, environment, secrets: place.secrets, clock });
    const about = noticePolicy(place.policy, options.webUrl);
    let isWell = true;
    for (const channel of channels) {
      const message = testMessage(about, { newID: randomUUID, nowMs: io.clock() });
      const { verdict } = await attempt(channel, message, io.signal);
      const words =
        verdict.kind === 'sent'
          ? `sent${verdict.detail === undefined ? '' : `: ${verdict.detail}`}`
          : `${verdict.reason}: ${verdict.why}. Fix: ${verdict.fix}`;
      io.stdout.write(`${channel.name} (${channel.type}): ${printable(words)}\n`);
      isWell &&= verdict.kind === 'sent';
    }
    return isWell ? EXIT.ok : EXIT.failed;
  } finally {
    await place.close?.();
  }
}

/** A pod has its policies in the cluster, and everybody else in a state folder. */
async function placeOf(name: string, { state, credentials }: NotifyTestOptions, io: CommandIO): Promise<Place> {
  const isInPod = io.env['KUBERNETES_SERVICE_HOST'] !== undefined && io.env['POD_NAMESPACE'] !== undefined;
  if (state === undefined && credentials === undefined && isInPod) return inCluster(name, io);
  const stored = await onePolicy(new StateFolder(stateFolder(state, readEnvironment(io.env))), name, io);
  const { apiVersion, kind, metadata, spec } = stored;
  const parsed = parsePolicy({ apiVersion, kind, metadata, spec });
  if (!parsed.ok) throw new Plus1Error('PLUS1_POLICY_INVALID', `the policy ${name}: ${parsed.faults.join('; ')}`);
  return { policy: parsed.policy, secrets: credentials === undefined ? undefined : new SecretFolder(credentials) };
}

async function inCluster(name: string, io: CommandIO): Promise<Place> {
  const { openNamedPolicy } = await import('./named-policy.js');
  return openNamedPolicy(name, io);
}

function channelsOf({ spec, metadata }: Plus1Policy, name: string | undefined): NotificationChannel[] {
  const channels = (spec.notifications ?? []).filter((channel) => name === undefined || channel.name === name);
  const policy = `${metadata.namespace}/${metadata.name}`;
  if (channels.length > 0) return channels;
  const what = name === undefined ? 'no channel' : `no channel ${JSON.stringify(name)}`;
  throw new Plus1Error('PLUS1_NOT_KNOWN', `the policy ${policy} has ${what}`, {
    fix: 'look at spec.notifications of the policy',
  });
}
