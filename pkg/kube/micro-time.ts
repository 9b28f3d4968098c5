/** Times as Kubernetes' MicroTime wants them: six digits, or the server refuses the object. Always UTC. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
