import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "@cosmjs/proto-signing";
import { AminoTypes, createDefaultAminoConverters, defaultRegistryTypes } from "@cosmjs/stargate";
import { MsgRequestInferenceResponse } from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import {
  MsgSend,
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { sha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import * as sdk from "#sdk/index.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import type { TestNetwork } from "../network.js";
import type { ExampleScope } from "./exampleScope.js";

const KERNEL = join(packageRoot(), "kernels/digits");

/** Makes on a real network what the examples take for granted: it publishes and asks `digits`. */
export async function makeScope(network: TestNetwork): Promise<ExampleScope> {
  const client = await network.connect();
  const values = await valuesOf(network, client);
  const keys = keysOf(network);
  const inferences = await inferencesOf(client);
  const { height } = inferences.result;
  const headerHash = (await sdk.block(client.rpc, height)).id.hash;
  const transactions = await transactionsOf(client, keys, inferences);
  const error = new sdk.SdkError("WAIT_TIMED_OUT", { waitedFor: "coins", waitedMs: 5 });
  const multisig = await multisigOf(client, keys, transactions);
  return {
    ...values,
    ...keys,
    ...multisig,
    ...inferences,
    ...transactions,
    ...FOREIGN,
    height,
    headerHash,
    error,
  };
}

const FOREIGN = {
  MsgSend,
  MsgRequestInferenceResponse,
  QueryBalanceRequest,
  QueryBalanceResponse,
  VersionStatus,
  AminoTypes,
  Registry,
  createDefaultAminoConverters,
  defaultRegistryTypes,
  console: { log: () => undefined },
};

type Part<Name extends keyof ExampleScope> = Pick<ExampleScope, Name>;

async function valuesOf(
  network: TestNetwork,
  client: sdk.AivmClient,
): Promise<Part<"rpc" | "otherRpc" | "chainId" | "genesisJson" | "client" | "context" | "prover">> {
  const { rpc, chainId, txContext } = client;
  const genesisJson = network.genesis();
  const otherRpc = sdk.httpTransport(rpc.url);
  const prover = await sdk.proverFromGenesis(genesisJson, { primary: rpc });
  return { rpc, otherRpc, chainId, genesisJson, client, context: { ...txContext, prover }, prover };
}

type Keys = Part<
  | "signer"
  | "address"
  | "bob"
  | "mnemonic"
  | "key"
  | "publicKey"
  | "publicKeys"
  | "wallet"
  | "keplr"
>;

function privateKey(name: string): Uint8Array {
  return sha256(utf8(name));
}

function keysOf({ files }: TestNetwork): Keys {
  const { mnemonic } = files.user;
  const signer = sdk.signerFromMnemonic(mnemonic);
  const wallet = sdk.aminoWalletFromPrivateKey(privateKey("one"));
  const names = ["one", "two", "three"];
  return {
    signer,
    address: signer.address,
    bob: sdk.signerFromPrivateKey(privateKey("bob")).address,
    mnemonic,
    key: privateKey("bob"),
    publicKey: signer.publicKey,
    publicKeys: names.map((name) => sdk.signerFromPrivateKey(privateKey(name)).publicKey),
    wallet,
    keplr: { getOfflineSignerOnlyAmino: () => wallet },
  };
}

type Inferences = Part<
  | "digits"
  | "image"
  | "kernel"
  | "versionId"
  | "manifest"
  | "bundle"
  | "model"
  | "digest"
  | "vectors"
  | "bar"
  | "requestId"
  | "request"
  | "batch"
  | "result"
  | "included"
  | "txHash"
>;

async function inferencesOf(client: sdk.AivmClient): Promise<Inferences> {
  const { rpc, txContext } = client;
  const bundle = await buildKernel(KERNEL);
  const { version } = await client.publishKernel(bundle);
  const { image } = JSON.parse(readFileSync(join(KERNEL, "samples/digit-3.json"), "utf8")) as {
    readonly image: readonly number[];
  };
  const ask = { kernel: "digits", input: { image } };
  const { requestId, txHash } = await sdk.requestInference(txContext, ask);
  const { result } = await client.awaitInference(requestId);
  const { request } = await sdk.getRequest(rpc, requestId);
  const [model, ...vectors] = bundle.artifacts;
  return {
    digits: sdk.kernelSchema({
      name: "digits",
      inputs: { image: "uint8[1,64]" },
      outputs: { label: "int64[1]", probs: "float32[1,10]" },
    }),
    image,
    kernel: assertDefined(await sdk.findKernel(rpc, "digits"), "it was published"),
    versionId: version.id,
    manifest: bundle.manifest,
    bundle,
    model: assertDefined(model, "the bundle has artifacts"),
    digest: sha256(assertDefined(model, "the bundle has artifacts")),
    vectors,
    bar: { update: () => undefined },
    requestId,
    request,
    batch: await sdk.getBatch(rpc, request.batchId),
    result,
    included: assertDefined(await sdk.findTx(rpc, txHash), "a block has it"),
    txHash,
  };
}

type Transactions = Part<
  | "account"
  | "accountNumber"
  | "sequence"
  | "message"
  | "messages"
  | "content"
  | "txBytes"
  | "hash"
  | "event"
>;

async function transactionsOf(
  { rpc, chainId, txContext }: sdk.AivmClient,
  { address, bob, key }: Keys,
  { included }: Inferences,
): Promise<Transactions> {
  const account = assertDefined(await sdk.findAccount(rpc, address), "the account is funded");
  const message = { fromAddress: address, toAddress: bob, amount: [sdk.coin("unes", 1n)] };
  const messages = [sdk.pack(MsgSend, message)];
  const content = await sdk.planTx(txContext, messages);
  // Of an account that does not exist: the node refuses it, and nobody's sequence moves.
  const stranger = sdk.signerFromPrivateKey(key);
  const nobody = { number: 0n, sequence: 0n };
  return {
    account,
    accountNumber: account.number,
    sequence: account.sequence,
    message,
    messages,
    content,
    txBytes: await sdk.signTx(content, { signer: stranger, chainId, account: nobody }),
    hash: included.hash,
    event: assertDefined(included.result.events[0], "a transaction has events"),
  };
}

async function multisigOf(
  { chainId }: sdk.AivmClient,
  { publicKeys }: Keys,
  { content, account }: Transactions,
): Promise<Part<"treasury" | "parts">> {
  const wallets = ["one", "two"].map((name) => sdk.aminoWalletFromPrivateKey(privateKey(name)));
  const place = { chainId, account };
  const parts = await Promise.all(
    wallets.map((wallet) => sdk.signMultisigPart(content, wallet, place)),
  );
  return { treasury: sdk.multisigAccount(2, publicKeys), parts };
}
