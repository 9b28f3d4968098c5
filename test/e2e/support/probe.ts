/** Asks a server of the control plane whether it is there, and whether it is ours. */
import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';

const TIMEOUT_MS = 5_000;

/**
 * Whether the etcd at this port carries our name. One with another name belongs to a run beside ours, which was given
 * the same port: ours is about to fail.
 */
export async function isOurEtcd(port: number, name: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/v3/cluster/member/list`, {
    method: 'POST',
    body: '{}',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { members } = (await response.json()) as { members?: { name?: string }[] };
  return members?.some((member) => member.name === name) ?? false;
}

/** Whether `/readyz` says ok, of a server that shows the certificate in the file. */
export async function isReady(url: string, certificate: string): Promise<boolean> {
  if (!existsSync(certificate)) return false;
  const ca = readFileSync(certificate);
  const { status, body } = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const request = get(`${url}/readyz`, { ca, agent: false, timeout: TIMEOUT_MS }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.on('timeout', () => request.destroy(new Error(`${url} does not answer`))).on('error', reject);
  });
  if (status !== 200) throw new Error(body.trim().split('\n').at(-1));
  return true;
}
