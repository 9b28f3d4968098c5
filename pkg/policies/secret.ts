/** What a policy names its credentials by, wherever they are kept. */

/** Keys and values of one Secret. */
export type Secret = Record<string, string>;

/** Where Secrets come from: a folder here, an API server in a cluster. */
export interface SecretReader {
  /**
   * Throws PLUS1_SECRET_NOT_FOUND or PLUS1_SECRET_NOT_ALLOWED. `organizations`: what it is to be used for, one of them or any of
   * several, since a Secret may say for which it is.
   */
  read(
    namespace: string,
    name: string,
    signal: AbortSignal,
    organizations: string | readonly string[],
  ): Promise<Secret>;
}
