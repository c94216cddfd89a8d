/**
 * `@aivm/sdk`: everything that applications use, for outsiders; within the package files import one
 * another. Messages of the protocol are under `@aivm/sdk/proto/…`.
 */
export { AivmClient, type ConnectOptions, type QuoteOptions } from "./client.js";
export { type Clock, systemClock } from "./clock.js";
export {
  type FailedExecution,
  findCause,
  isSdkError,
  SdkError,
  type SdkErrorCode,
  type SdkErrorFacts,
} from "./errors.js";
export { pollUntil, type PollOptions } from "./poll.js";

export { aminoSigner } from "./amino/aminoSigner.js";
export {
  type AminoSignResponse,
  type AminoWallet,
  aminoWalletFromPrivateKey,
  type StdFee,
  type StdSignDoc,
  stdSignBytes,
} from "./amino/aminoWallet.js";
export { type AminoConverter, aminoConverters, registerCosmJsTypes } from "./amino/cosmJsTypes.js";
export { stdSignDoc } from "./amino/signDocument.js";

export { type AccountState, findAccount } from "./auth/account.js";
export { balance } from "./bank/balance.js";
export { balances } from "./bank/balances.js";
export { send, type Transfer } from "./bank/send.js";

export type { HeightOptions, StreamPlace } from "./events/heights.js";
export { streamBlocks, type StreamOptions } from "./events/streamBlocks.js";
export {
  blockEvents,
  type ChainEvent,
  type EventFilter,
  matchesEvent,
  streamEvents,
} from "./events/streamEvents.js";
export type { WebSocketChoice, WebSocketConstructor, WebSocketLike } from "./events/webSocket.js";

export { type Ask, type PlainValues, prepareAsk, type PreparedAsk } from "./inference/ask.js";
export {
  awaitInference,
  type Inference,
  type InferencePlace,
  type PaidPrice,
} from "./inference/awaitInference.js";
export { decodeOutputs } from "./inference/decodeOutputs.js";
export { getBatch } from "./inference/getBatch.js";
export { getRequest, type RequestState } from "./inference/getRequest.js";
export { getResult, type KnownResult, type ResultProof, resultKey } from "./inference/getResult.js";
export { infer, type InferOptions } from "./inference/infer.js";
export { inferTyped, type TypedAsk, type TypedInference } from "./inference/inferTyped.js";
export { KernelClient } from "./inference/kernelClient.js";
export { openKernel, type OpenKernel } from "./inference/openKernel.js";
export { quote, type Quote } from "./inference/quote.js";
export { requestInference, type RequestOptions } from "./inference/requestInference.js";
export { findSubmittedRequest, type SubmittedRequest } from "./inference/submittedRequest.js";
export {
  type InferenceTrace,
  type MemberTrace,
  type TracedRequest,
  traceRequest,
} from "./inference/traceRequest.js";
export {
  type MemberProgress,
  type RequestProgress,
  type RequestStage,
  waitForRequest,
  type WaitForRequestOptions,
} from "./inference/waitForRequest.js";

export { chainInfo, type ChainInfoOptions } from "./keplr/chainInfo.js";
export { probeRest, type RestProbe } from "./keplr/restProbe.js";
export type { KeplrCurrency, KeplrFeeCurrency, SuggestChain } from "./keplr/suggestChain.js";

export { type KernelBundle, type NamedArtifact, namedArtifacts } from "./kernel/bundle.js";
export { type ArtifactPlace, findArtifact } from "./kernel/findArtifact.js";
export { findKernel } from "./kernel/findKernel.js";
export { getVersion, type VersionWithManifest } from "./kernel/getVersion.js";
export { listKernels } from "./kernel/listKernels.js";
export { listVersions } from "./kernel/listVersions.js";
export {
  type PublishedKernel,
  publishKernel,
  type PublishOptions,
  type PublishProgress,
} from "./kernel/publishKernel.js";
export { shadowRuns, type ShadowRuns } from "./kernel/shadowRuns.js";
export { uploadArtifact, type UploadOptions } from "./kernel/uploadArtifact.js";
export { isSmallArtifact, uploadSmallArtifacts } from "./kernel/uploadSmallArtifacts.js";
export { waitForVersion } from "./kernel/waitForVersion.js";

export { genesisTrust } from "./light/genesisTrust.js";
export { type Checkpoint, LightClient, type Milestone } from "./light/lightClient.js";
export type { LightClientOptions } from "./light/lightClientOptions.js";
export { proverFromGenesis } from "./light/proverFromGenesis.js";
export { storeProver } from "./light/storeProver.js";
export { trustFromGenesis } from "./light/trustFromGenesis.js";
export { trustFromHeader } from "./light/trustFromHeader.js";

export type { Picture } from "./picture/picture.js";
export { pictureElements } from "./picture/pictureElements.js";
export { type PictureField, pictureField } from "./picture/pictureField.js";
export type { PictureSize } from "./picture/scalePicture.js";

export { allPages, type QueryPage } from "./query/allPages.js";
export {
  callQuery,
  type QueryAnswer,
  type QueryMethod,
  type QueryOptions,
} from "./query/callQuery.js";
export { findQuery } from "./query/findQuery.js";
export { type QueryCall, queryMethod } from "./query/queryMethod.js";
export {
  AUTH_QUERIES,
  BANK_QUERIES,
  DISTRIBUTION_QUERIES,
  INFERENCE_QUERIES,
  KERNEL_QUERIES,
  type MessageNamed,
  type MethodName,
  NODE_QUERIES,
  PROVIDER_QUERIES,
  REWARD_QUERIES,
  SLASHING_QUERIES,
  STAKING_QUERIES,
  type TypedService,
} from "./query/services.js";
export type { ProvenEntry, StorePlace, StoreProver } from "./query/storeProver.js";

export { type AbciAnswer, abciQuery, type AbciQuery } from "./rpc/abciQuery.js";
export { type Block, block } from "./rpc/block.js";
export { blockResults, type BlockResults } from "./rpc/blockResults.js";
export { type BroadcastAnswer, broadcastTxSync } from "./rpc/broadcastTxSync.js";
export { commit } from "./rpc/commit.js";
export { findTx } from "./rpc/findTx.js";
export { header } from "./rpc/header.js";
export { httpTransport, type HttpTransportOptions } from "./rpc/httpTransport.js";
export type { IncludedTx } from "./rpc/includedTx.js";
export { JsonCursor, type MalformedPlace } from "./rpc/jsonCursor.js";
export { lightBlock } from "./rpc/lightBlock.js";
export { type NodeStatus, status } from "./rpc/status.js";
export type { CallOptions, RpcTransport } from "./rpc/transport.js";
export type { TxResult } from "./rpc/txResult.js";
export { txSearch, type TxSearchOptions } from "./rpc/txSearch.js";
export { validators } from "./rpc/validators.js";
export { waitForHeight } from "./rpc/waitForHeight.js";

export {
  type MultisigAccount,
  multisigAccount,
  type MultisigOptions,
} from "./multisig/multisigAccount.js";
export { combineMultisig, type MultisigPart, signMultisigPart } from "./multisig/multisigTx.js";

export { decodeOutput } from "./schema/decodeOutput.js";
export { encodeInput } from "./schema/encodeInput.js";
export { fieldType } from "./schema/fieldType.js";
export {
  type FieldTypes,
  type KernelSchema,
  kernelSchema,
  schemaOf,
} from "./schema/kernelSchema.js";
export type {
  AnyInputValue,
  AnyOutputValue,
  InputOf,
  InputValue,
  OutputOf,
  OutputValue,
  Tensor,
} from "./schema/valueTypes.js";

export { newMnemonic } from "./signer/newMnemonic.js";
export type {
  AminoSigner,
  DirectSignature,
  DirectSigner,
  SignedPlace,
  Signer,
  SignerAccount,
} from "./signer/signer.js";
export { type MnemonicOptions, signerFromMnemonic } from "./signer/signerFromMnemonic.js";
export { signerFromPrivateKey } from "./signer/signerFromPrivateKey.js";

export { broadcastInOrder, type BroadcastOptions } from "./tx/broadcastInOrder.js";
export { buildTx, type TxContent, type TxParts, type TxSigner } from "./tx/buildTx.js";
export { executeTx, type ExecuteOptions } from "./tx/executeTx.js";
export { feeOf, type GasPrice, parseGasPrice } from "./tx/gasPrice.js";
export { msgResponse } from "./tx/msgResponse.js";
export { nodeGasPrice } from "./tx/nodeGasPrice.js";
export { planTx, type TxOptions } from "./tx/planTx.js";
export { sendTx, type SentTx } from "./tx/sendTx.js";
export { SequenceTracker } from "./tx/sequenceTracker.js";
export { type SigningPlace, signTx } from "./tx/signTx.js";
export { type SimulatedContent, simulateTx, type Simulation } from "./tx/simulateTx.js";
export type { TxContext } from "./tx/txContext.js";
export { waitForTx, type WaitForTxOptions } from "./tx/waitForTx.js";

export {
  /**
   * @example
   * const packed = pack(MsgSend, message);
   * console.log(packed.typeUrl);
   */
  pack,
  type PackedMessage,
} from "#core/codec/typeRegistry.js";
export type {
  /** An object as JSON has it. */
  JsonObject,
  JsonValue,
} from "#core/codec/json.js";
export {
  /**
   * @example
   * shortName([[0, "STATUS_UNSPECIFIED"], [1, "STATUS_ACTIVE"]], 1); // "ACTIVE"
   */
  shortName,
} from "#core/codec/shortName.js";
export {
  /**
   * @example
   * const bytes = parseAddress("account", address);
   * console.log(formatAddress("operator", bytes));
   */
  formatAddress,
  /**
   * @example
   * const bytes = parseAddress("account", address);
   * console.log(bytes.length);
   */
  parseAddress,
} from "#core/crypto/address.js";
export {
  /**
   * @example
   * const bytes = fromHex("00ff");
   * if (bytes === undefined) console.log("not hex");
   */
  fromHex,
  /**
   * @example
   * console.log(toHex(Uint8Array.of(0, 255)));
   */
  toHex,
} from "#core/primitives/bytes.js";
export {
  type Coin,
  /**
   * @example
   * const million = coin("unes", 1_000_000n);
   */
  coin,
} from "#core/primitives/coin.js";
export {
  /**
   * @example
   * if (error instanceof ChainError) console.log(error.codespace, error.code);
   */
  ChainError,
} from "#core/primitives/errors.js";
