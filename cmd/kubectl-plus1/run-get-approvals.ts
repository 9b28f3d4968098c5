/** What `kubectl plus1 get approvals` does. */
import { printable } from '../../pkg/text/index.js';
import { EXIT, type CommandIO } from '../plus1/io.js';
import { printApprovals } from '../plus1/run-get-approvals.js';
import { keyOf, onCluster, type ClusterFlags } from './cluster.js';

export interface GetFlags extends ClusterFlags {
  output?: 'json' | 'yaml';
}

/** The exit code. 1 where there is no such policy. */
export function getApprovals(policy: string | undefined, flags: GetFlags, io: CommandIO): Promise<number> {
  return onCluster(flags, io, async (cluster) => {
    const { client } = cluster;
    const key = policy === undefined ? undefined : keyOf(policy, cluster, flags);
    // A name that is mistyped must not look like a policy that nobody approved.
    if (key !== undefined) await client.policy(key, io.signal);
    const onFault = (name: string, fault: string): void =>
      void io.stderr.write(`${printable(`${name} is no approval of this version: ${fault}`)}\n`);
    const all = await client.approvals(key?.namespace ?? cluster.namespace, io.signal, onFault);
    const asked = all.filter(({ spec }) => key === undefined || spec.policyRef.name === key.name);
    printApprovals(asked, flags.output, io);
    return EXIT.ok;
  });
}
