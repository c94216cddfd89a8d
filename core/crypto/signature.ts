/** A signature with what it is said to sign and whose it is said to be; all of it untrusted. */
export interface SignedMessage {
  readonly publicKey: Uint8Array;
  /** The bytes that were signed, not their digest. */
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Bytes of a signature of either scheme. */
export const SIGNATURE_BYTES = 64;
