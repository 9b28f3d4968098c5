/** Why something cannot be written, and what a person does about it: "free space" helps nobody whose folder is not there. */
import { errnoOf } from './errno.js';
import { faultText } from './bounded-file.js';

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'create the folder, or correct the path',
  ENOTDIR: 'name a path below a folder: a part of this one is a file',
  EISDIR: 'name a file, not a folder',
  ENOTEMPTY: 'name a file, not a folder',
  EACCES: 'let the user that runs this write there, or choose another place',
  EPERM: 'let the user that runs this write there, or choose another place',
  EROFS: 'make the file system writable, or choose another place',
  ENOSPC: 'free space on that disk',
  EDQUOT: 'free space, or raise the quota of the user that runs this',
  EFBIG: 'raise the limit of the size of a file (ulimit -f)',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENAMETOOLONG: 'choose a shorter name',
  ELOOP: 'remove the loop of symbolic links',
  ENXIO: 'start what reads the pipe first, or name a regular file',
  EIO: 'check the disk',
};

/** The text of a fault in writing, as a part of a sentence. */
export function writeFault(thrown: unknown): string {
  if (errnoOf(thrown) === 'ENOENT') return 'its folder does not exist (ENOENT)';
  return errnoOf(thrown) === 'ENXIO' ? 'nobody reads the pipe (ENXIO)' : faultText(thrown);
}

/** What to do about it; nothing where the catalogue says it as well as can be. */
export function writeAdvice(thrown: unknown): { fix?: string } {
  const fix = ADVICE[errnoOf(thrown) ?? ''];
  return fix === undefined ? {} : { fix };
}
