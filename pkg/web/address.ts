/** Where the page may listen. Pure. */
import { Plus1Error } from '../errors/index.js';
import { parseAddress, type ListenAddress } from '../server/index.js';

/** Named in errors. */
export const FLAG = '--web-address';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Throws PLUS1_USAGE where the address is wrong, or others could reach it and nobody said so. */
export function webAddress(text: string, auth: string | undefined): ListenAddress | undefined {
  const address = parseAddress(text, FLAG);
  if (address === undefined || auth === 'none' || LOOPBACK.test(address.host ?? '')) return address;
  throw new Plus1Error(
    'PLUS1_USAGE',
    `${FLAG}: ${text} can be reached by others, and the page asks nobody who they are`,
    {
      fix: 'listen on 127.0.0.1, or put something in front that asks, such as oauth2-proxy, and say --web-auth none',
    },
  );
}
