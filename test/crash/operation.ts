/** What a process did to files, in the order in which it was done, with what it promised meanwhile. */
export type Operation =
  | { kind: 'create'; path: string; file: number }
  | { kind: 'write'; file: number; offset: number; bytes: Buffer }
  | { kind: 'truncate'; file: number; size: number }
  | { kind: 'sync'; file: number }
  | { kind: 'mkdir'; path: string }
  | { kind: 'syncFolder'; path: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'remove'; path: string }
  /** Not of the disk: what others saw from here on, such as a PUT. A crash takes none of it back. */
  | { kind: 'mark'; mark: Mark };

export type Mark =
  /** GitHub got a membership with this hash. */
  | { seen: 'put'; membersHash: string; members: readonly number[] }
  /** The journal said that this record is written. */
  | { seen: 'kept'; chain: string; sequence: number; hash: string };
