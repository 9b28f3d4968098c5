/** `--log-format`, for every command that has a log. Apart from the log itself, which takes its time to load. */
import { Option } from 'commander';

/** `log` says which log, where a command has one only if it is asked for. */
export const logFormatOption = (log = 'format of the log'): Option =>
  new Option('--log-format <format>', `${log} (default: text on a terminal, else json)`).choices(['text', 'json']);

/** Of commands that log with `-v` alone. */
export const VERBOSE_LOG = 'format of the log that -v prints to standard error; progress and errors stay text';
