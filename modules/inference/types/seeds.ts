import { domainHash } from "#core/crypto/hash.js";
import { unreachable } from "#core/primitives/assert.js";
import { uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import type { Request } from "#core/codec/generated/aivm/inference/v1.js";
import { type Seed, SeedKind } from "#core/codec/generated/aivm/kernel/v1.js";

/** What the seed of an execution may depend on. */
export interface SeedFields {
  readonly chainId: string;
  /** See {@link seedRequestId}. */
  readonly requestId: bigint;
  /** Position of the input within its request. */
  readonly inputIndex: number;
  /** Beacon of the slot that first drew the request. */
  readonly slotBeacon: Uint8Array;
  /** Consensus address of the seat that runs it. */
  readonly consensusAddress: Uint8Array;
}

/** The request whose seeds a request has: its own, or those of what it repeats for a shadow run. */
export function seedRequestId({ id, shadow }: Pick<Request, "id" | "shadow">): bigint {
  return shadow?.requestId ?? id;
}

/** The 32 bytes that an execution draws its randomness from (protocol.md section 7). */
export function computeSeed(seed: Seed, fields: SeedFields): Uint8Array {
  const shared = [
    utf8(fields.chainId),
    uint64ToBytes(fields.requestId),
    uint64ToBytes(BigInt(fields.inputIndex)),
    fields.slotBeacon,
  ];
  switch (seed.kind) {
    case SeedKind.UNSPECIFIED:
    case SeedKind.NONE:
      return new Uint8Array(32);
    case SeedKind.FIXED:
      return domainHash("aivm/seed/fixed/v1", uint64ToBytes(seed.fixed));
    case SeedKind.BEACON:
      return domainHash("aivm/seed/beacon/v1", ...shared);
    case SeedKind.MEMBER:
      return domainHash("aivm/seed/member/v1", ...shared, fields.consensusAddress);
    default:
      return unreachable(seed.kind);
  }
}
