import type { TypeRegistry } from "#core/codec/typeRegistry.js";
import type { AuthKeeper, BankKeeper } from "./expectedKeepers.js";
import type { SignatureVerifier } from "./signatureVerifier.js";
import type { MessageSigners } from "./signers.js";

/** What the ante chain is made of. */
export interface AnteParts {
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly verifier: SignatureVerifier;
  /** Fees this node asks for, as unit prices; applied when a transaction is first checked. */
  readonly minGasPrices: () => readonly GasPrice[];
  readonly messageSigners: MessageSigners;
  /** What an Any within a message may hold, for what is signed in amino JSON. */
  readonly types: TypeRegistry;
}

/** Price of one gas in 10^-18 units of a denomination. */
export interface GasPrice {
  readonly denom: string;
  readonly priceDec: bigint;
}
