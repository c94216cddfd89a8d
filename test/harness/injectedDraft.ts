import { encodeExtension } from "#modules/inference/types/extension.js";
import type { BlockRequest, ExtendedVote } from "#core/abci/requests.js";
import { type InjectedBlockData, VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import type { TestValidator } from "./identities.js";
import type { InferenceChain } from "./inferenceChain.js";

/** A block about to be proposed, for tests that bend it. */
export class InjectedDraft {
  readonly chain: InferenceChain;
  readonly request: BlockRequest;

  constructor(chain: InferenceChain, txs: readonly Uint8Array[] = []) {
    this.chain = chain;
    this.request = chain.network.draft({ txs });
  }

  /** Contents of transaction 0 as the honest proposer wrote it. */
  get injected(): InjectedBlockData {
    return decodeInjected(this.request.txs[0]!);
  }

  /** The validator that proposes. */
  get proposer(): TestValidator {
    return this.validatorOf(this.request.proposerAddress);
  }

  /** The validator whose vote stands at a position of the last commit. */
  voterAt(index: number): TestValidator {
    return this.validatorOf(this.request.lastCommit.votes[index]!.consensusAddress);
  }

  validatorOf(address: Uint8Array): TestValidator {
    const node = this.chain.network.nodes.find(({ validator }) =>
      equalBytes(validator.address, address),
    );
    if (node === undefined) throw new Error("no node has the address");
    return node.validator;
  }

  /** The block with other transactions. */
  withTxs(txs: readonly Uint8Array[]): BlockRequest {
    return { ...this.request, txs };
  }

  /** The block with another transaction 0. */
  withInjected(changes: Partial<InjectedBlockData>): BlockRequest {
    const [, ...txs] = this.request.txs;
    return this.withTxs([encodeInjected({ ...this.injected, ...changes }), ...txs]);
  }

  /** The block with the carried vote at a place replaced. */
  withVote(place: number, changes: Partial<InjectedBlockData["votes"][number]>): BlockRequest {
    const votes = this.injected.votes.map((vote, index) =>
      index === place ? { ...vote, ...changes } : vote,
    );
    return this.withInjected({ votes });
  }

  /** An extension with a voter's signature, for height − 1 and the round of the last commit. */
  signed(
    extension: Uint8Array,
    given: {
      readonly by: TestValidator;
      readonly height?: bigint;
      readonly round?: number;
      readonly chainId?: string;
    },
  ): { readonly extension: Uint8Array; readonly signature: Uint8Array } {
    const height = given.height ?? this.request.height - 1n;
    const round = given.round ?? this.request.lastCommit.round;
    const chainId = given.chainId ?? this.chain.network.chainId;
    const message = voteExtensionSignBytes(chainId, { extension, height, round });
    return { extension, signature: given.by.signConsensus(message) };
  }
}

/** An extended vote as CometBFT gives it to a proposer, signed anew over another extension. */
export function resigned(
  chain: InferenceChain,
  vote: ExtendedVote,
  extension: Uint8Array,
): ExtendedVote {
  const node = chain.network.nodes.find(({ validator }) =>
    equalBytes(validator.address, vote.consensusAddress),
  );
  if (node === undefined) throw new Error("no node has the address");
  const message = voteExtensionSignBytes(chain.network.chainId, {
    extension,
    height: chain.height,
    round: 0,
  });
  return { ...vote, extension, extensionSignature: node.validator.signConsensus(message) };
}

/** An extension that says something about a batch that does not exist. */
export function idleExtension(batchId = 900n): Uint8Array {
  return encodeExtension(VoteExtension.create({ declines: [batchId] }));
}
