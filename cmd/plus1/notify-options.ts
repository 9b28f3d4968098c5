/** Flags of notifications, of the controller, of `sync` and of `notify test` alike. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { collectHost } from './allowed-host.js';

export interface NotifyOptions {
  /** Hosts that may be private, and reached by http. */
  notifyAllowedHost: string[];
  /** Where people find the web page. */
  webUrl?: string;
}

export const NOTIFY_DEFAULTS: NotifyOptions = { notifyAllowedHost: [] };

function webURL(value: string): string {
  const isGood = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && !/[?#@]/.test(value);
  if (!isGood) throw new InvalidArgumentError('allowed: an http or https URL without user, query and fragment');
  return value;
}

/** Puts the flags on a command. */
export function withNotifyOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--notify-allowed-host <host[:port]>',
        'a host that notifications may go to though it is private, also by http; may be repeated',
      )
        .argParser(collectHost)
        .default([], 'none'),
    )
    .addOption(new Option('--web-url <url>', 'address of the web page, for links in notifications').argParser(webURL));
}
