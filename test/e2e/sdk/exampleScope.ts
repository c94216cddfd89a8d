import type {
  AminoTypes,
  createDefaultAminoConverters,
  defaultRegistryTypes,
} from "@cosmjs/stargate";
import type { Registry } from "@cosmjs/proto-signing";
import type {
  Batch,
  MsgRequestInferenceResponse,
  Request,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Kernel, Manifest, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import type {
  MsgSend,
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type * as sdk from "#sdk/index.js";

/** What examples of the SDK take for granted; the reference explains each name. */
export interface ExampleScope extends Values, Keys, Transactions, Inferences, Foreign {
  /** Where examples write, instead of the process's output. */
  readonly console: { readonly log: (...values: readonly unknown[]) => void };
}

interface Values {
  /** The endpoint of a node, and that of somebody else. */
  readonly rpc: sdk.RpcTransport;
  readonly otherRpc: sdk.RpcTransport;
  readonly chainId: string;
  /** The chain's genesis file, parsed. */
  readonly genesisJson: sdk.JsonObject;
  /** A connected client of `signer`, and what functions take that send transactions. */
  readonly client: sdk.AivmClient;
  readonly context: sdk.TxContext & sdk.InferencePlace;
  readonly prover: sdk.StoreProver;
  /** A height of the chain and the hash of its header. */
  readonly height: bigint;
  readonly headerHash: Uint8Array;
  /** Anything that was caught. */
  readonly error: unknown;
}

interface Keys {
  readonly signer: sdk.Signer;
  /** Address of `signer`, and one of somebody else. */
  readonly address: string;
  readonly bob: string;
  readonly mnemonic: string;
  /** A private key of 32 bytes, the public key of `signer`, and three public keys. */
  readonly key: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly publicKeys: readonly Uint8Array[];
  /** A wallet that signs amino JSON, the browser extension, and a multisig that it has a key of. */
  readonly wallet: sdk.AminoWallet;
  readonly keplr: { readonly getOfflineSignerOnlyAmino: (chainId: string) => sdk.AminoWallet };
  readonly treasury: sdk.MultisigAccount;
  readonly parts: readonly sdk.MultisigPart[];
}

interface Transactions {
  readonly account: sdk.AccountState;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  /** A transfer, alone and packed, and a transaction of it. */
  readonly message: MsgSend;
  readonly messages: readonly sdk.PackedMessage[];
  readonly content: sdk.TxContent;
  /** A signed transaction, and the hash of one that a block has. */
  readonly txBytes: Uint8Array;
  readonly hash: Uint8Array;
  readonly event: sdk.ChainEvent["event"];
}

interface Inferences {
  /** The declared schema of the kernel `digits`, and an input of it. */
  readonly digits: sdk.KernelSchema<
    { readonly image: "uint8[1,64]" },
    { readonly label: "int64[1]"; readonly probs: "float32[1,10]" }
  >;
  readonly image: readonly number[];
  readonly kernel: Kernel;
  readonly versionId: Uint8Array;
  readonly manifest: Manifest;
  /** A built kernel, its model, a digest of its artifacts and its test vectors. */
  readonly bundle: sdk.KernelBundle;
  readonly model: Uint8Array;
  readonly digest: Uint8Array;
  readonly vectors: readonly Uint8Array[];
  readonly bar: { readonly update: (bytes: number) => void };
  /** An answered request, with the transaction that made it. */
  readonly requestId: bigint;
  readonly request: Request;
  readonly batch: Batch;
  readonly result: Result;
  readonly included: sdk.IncludedTx;
  readonly txHash: Uint8Array;
}

/** Messages of `@aivm/sdk/proto/…`, and parts of CosmJS. */
interface Foreign {
  readonly MsgSend: typeof MsgSend;
  readonly MsgRequestInferenceResponse: typeof MsgRequestInferenceResponse;
  readonly QueryBalanceRequest: typeof QueryBalanceRequest;
  readonly QueryBalanceResponse: typeof QueryBalanceResponse;
  readonly VersionStatus: typeof VersionStatus;
  readonly AminoTypes: typeof AminoTypes;
  readonly Registry: typeof Registry;
  readonly createDefaultAminoConverters: typeof createDefaultAminoConverters;
  readonly defaultRegistryTypes: typeof defaultRegistryTypes;
}
