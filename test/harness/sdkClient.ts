import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import type { Signer } from "#sdk/signer/signer.js";
import { signerFromPrivateKey } from "#sdk/signer/signerFromPrivateKey.js";
import { parseGasPrice } from "#sdk/tx/gasPrice.js";
import { SequenceTracker } from "#sdk/tx/sequenceTracker.js";
import type { TxContext } from "#sdk/tx/txContext.js";
import type { FakeChainRpc } from "./fakeChainRpc.js";
import { LIGHT_CHAIN } from "./lightChain.js";

/** A signer whose key is made from a name. */
export function namedSigner(name: string): Signer {
  return signerFromPrivateKey(sha256(utf8(name)));
}

/** What sending takes, for a funded account of the fake chain. */
export function fakeTxContext(fake: FakeChainRpc, name = "alice"): TxContext {
  const signer = namedSigner(name);
  if (fake.chain.findAccount(signer.address) === undefined) fake.chain.fund(signer.address, 3n);
  return {
    rpc: httpTransport(fake.server.url, { clock: fake.clock, timeoutMs: 2_000 }),
    chainId: LIGHT_CHAIN,
    signer,
    gasPrice: parseGasPrice("0.025unes"),
    sequences: new SequenceTracker(),
    clock: fake.clock,
  };
}
