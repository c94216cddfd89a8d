import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import {
  type SignerInfo,
  SimulateRequest,
  SimulateResponse,
  TxRaw,
} from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { packMultisig } from "#modules/auth/types/publicKey.js";
import type { KeyRecord, MultisigKeys } from "#node/keyring/keyring.js";
import { findAccount } from "#sdk/auth/account.js";
import { isSdkError, SdkError } from "#sdk/errors.js";
import { compactBits } from "#sdk/multisig/multisigTx.js";
import { callQuery } from "#sdk/query/callQuery.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { buildTxFor } from "#sdk/tx/buildTx.js";
import { findExpectedSequence } from "#sdk/tx/sequenceMismatch.js";
import type { Sender } from "./sender.js";

/** What is simulated. */
export interface UnsignedContent {
  readonly messages: readonly PackedMessage[];
  readonly memo: string;
}

const ATTEMPTS = 3;

/**
 * Gas that a transaction of an account would use, without a private key: nothing is signed. The
 * keyring's public key is counted, those of a multisig as many as have to sign; an account that it
 * does not know counts with the key that the chain knows, else with one. Fails as simulations do,
 * and with `NOT_FOUND` for an account that the chain does not know.
 */
export async function simulateUnsigned(
  rpc: RpcTransport,
  sender: Pick<Sender, "account" | "key">,
  content: UnsignedContent,
): Promise<bigint> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await runOnce(rpc, sender, content);
    } catch (error) {
      // A block came between the question for the sequence and the simulation.
      const isLate =
        isSdkError(error, "QUERY_FAILED") && findExpectedSequence(error.facts.log) !== undefined;
      if (!isLate || left <= 0) throw error;
    }
  }
}

async function runOnce(
  rpc: RpcTransport,
  { account, key }: Pick<Sender, "account" | "key">,
  { messages, memo }: UnsignedContent,
): Promise<bigint> {
  const state = await findAccount(rpc, account);
  if (state === undefined) {
    const log = `account ${account} does not exist: nobody has sent it any coins`;
    throw new SdkError("NOT_FOUND", { path: "/cosmos.auth.v1beta1.Query/Account", log });
  }
  const content = { messages, memo, timeoutHeight: 0n, gasLimit: 0n, fee: [] };
  const parts = buildTxFor(content, { ...signedBy(key), sequence: state.sequence });
  const txBytes = TxRaw.encode({ ...parts, signatures: [new Uint8Array(0)] });
  const path = "/cosmos.tx.v1beta1.Service/Simulate";
  const method = { path, request: SimulateRequest, response: SimulateResponse };
  const { response } = await callQuery(rpc, method, { txBytes });
  return response.gasInfo?.gasUsed ?? 0n;
}

function signedBy(key: KeyRecord | undefined): Pick<SignerInfo, "publicKey" | "modeInfo"> {
  const single = { single: { mode: SignMode.DIRECT }, multi: undefined };
  if (key?.multisig !== undefined) return signedTogether(key.multisig);
  const isKnown = key !== undefined && key.publicKey.length > 0;
  const publicKey = isKnown ? pack(PubKey, { key: key.publicKey }) : undefined;
  return { publicKey, modeInfo: single };
}

/** The first ones sign, as many as have to. */
function signedTogether({
  threshold,
  publicKeys,
}: MultisigKeys): Pick<SignerInfo, "publicKey" | "modeInfo"> {
  const mode = SignMode.LEGACY_AMINO_JSON;
  const modeInfos = Array.from({ length: threshold }, () => ({
    single: { mode },
    multi: undefined,
  }));
  const bitarray = compactBits(publicKeys.map((_key, index) => index < threshold));
  return {
    publicKey: packMultisig(threshold, publicKeys),
    modeInfo: { single: undefined, multi: { bitarray, modeInfos } },
  };
}
