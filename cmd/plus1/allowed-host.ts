/** `--allowed-host`, judged as it is given: one that can never match would only be found out by what is refused. */
import { InvalidArgumentError } from 'commander';
import { addressFault } from '../../pkg/api/index.js';

const ALLOWED = 'allowed: HOST[:PORT], such as github.example.com or localhost:3000';

/** Adds a host to those given before. Throws where it is none, such as a URL. */
export function collectHost(value: string, list: readonly string[]): string[] {
  const isHost = !/[/?#@\\]/.test(value) && addressFault(`https://${value}`) === undefined;
  if (!isHost) throw new InvalidArgumentError(ALLOWED);
  return [...list, value];
}
