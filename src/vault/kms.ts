/**
 * What the vault asks of a key management service. The local key file (`file-kms.ts`) is one; a cloud KMS or an HSM is another.
 * Master keys never leave it; their versions are numbers 1..255, so that one byte in front of a blinded value or a cursor names the one it was made with.
 */
export interface Kms {
  /** Live versions of derived secrets, oldest first: what was made with any of them still opens, and lookups probe each. */
  readonly versions: readonly number[];
  /** The version whose secrets new things are made with. */
  readonly current: number;
  /** The version that wraps: first byte of what it wrapped. */
  readonly wraps: number;
  /** Looks whether another version wraps by now. */
  refresh(): Promise<void>;

  /** A new random 32-byte key, and the same wrapped under `context` by the version that wraps. */
  generate(context: string): Promise<{ readonly key: Uint8Array; readonly wrapped: Uint8Array }>;
  /** Wraps a 32-byte key; `context` is bound in and must be given again to unwrap. */
  wrap(key: Uint8Array, context: string): Promise<Uint8Array>;
  /** @throws Error when the version is unknown, the context another, or the bytes were altered */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>;
  /**
   * A 32-byte secret that always comes out the same for a label and a version (blinding, cursors): asked for once, at start.
   * @throws Error when the version is unknown
   */
  derive(label: string, version: number): Promise<Uint8Array>;
}
