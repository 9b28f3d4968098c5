/** `--log-format`, for every command that has a log. Apart from the log itself, which takes its time to load. */
import { Option } from 'commander';

export const logFormatOption = (): Option =>
  new Option('--log-format <format>', 'form of the log (default: text on a terminal, else json)').choices([
    'text',
    'json',
  ]);
