import type { CommitVote } from "#core/baseapp/context.js";
import {
  type CarriedVote,
  type InjectedBlockData,
} from "#core/codec/generated/aivm/inference/v1.js";
import { Fee, AuthInfo, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { concatBytes } from "#core/primitives/bytes.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import type { SeededRandom } from "#test/harness/random.js";

/** A proposal of a byzantine proposer, as it changes it. */
export interface Tampering {
  readonly name: string;
  /** Transactions instead of the honest ones; undefined where there is nothing to change. */
  readonly apply: (
    txs: readonly Uint8Array[],
    given: { readonly random: SeededRandom; readonly votes: readonly CommitVote[] },
  ) => readonly Uint8Array[] | undefined;
}

/** Takes kinds of tampering in their turn, from a random start. */
export class TamperingTurns {
  #next: number;

  constructor(random: SeededRandom) {
    this.#next = random.below(1_000);
  }

  /** The next kind of a list. */
  take(list: readonly Tampering[]): Tampering | undefined {
    return list[this.#next++ % list.length];
  }
}

/** Changes that every honest node must refuse. */
export const FORBIDDEN: readonly Tampering[] = [
  { name: "no transaction at all", apply: () => [] },
  { name: "no transaction 0", apply: ([, ...rest]) => (rest.length === 0 ? undefined : rest) },
  { name: "transaction 0 twice", apply: (txs) => [...txs.slice(0, 1), ...txs] },
  injected("a proof of nothing", (data) => ({ ...data, vrfProof: new Uint8Array(80) })),
  injected("a changed proof", (data, random) => ({
    ...data,
    vrfProof: flipBit(data.vrfProof, random),
  })),
  injected("payloads for no batch", (data) => ({
    ...data,
    payloads: [...data.payloads, { batchId: (1n << 62n) - 1n, requests: [] }],
  })),
  votes("votes out of order", (list) => (list.length < 2 ? undefined : [...list].reverse())),
  votes("a vote twice", ([first, ...rest]) => first && [first, first, ...rest]),
  votes("a vote nobody cast", (list) => list.map((vote) => ({ ...vote, index: 1_000 }))),
  votes("a changed extension", (list, random) =>
    list.map((vote) => ({ ...vote, extension: flipBit(vote.extension, random) })),
  ),
  votes("a changed signature", (list, random) =>
    list.map((vote) => ({ ...vote, signature: flipBit(vote.signature, random) })),
  ),
  votes("an empty extension", (list) =>
    list.map((vote) => ({ ...vote, extension: new Uint8Array(0) })),
  ),
  {
    name: "a vote of one who did not commit",
    apply: (txs, given) => moveToAbsent(txs, given.votes),
  },
  {
    name: "superfluous bytes",
    apply: ([first, ...rest]) => first && [concatBytes(first, Uint8Array.of(0x0a)), ...rest],
  },
  { name: "what is no transaction", apply: (txs) => [...txs, Uint8Array.of(1, 2, 3)] },
  { name: "more gas than a block has", apply: (txs) => [...txs, greedyTx()] },
];

/** Changes that a proposer may make: nobody can tell them from an honest view. */
export const TOLERATED: readonly Tampering[] = [
  injected("no votes", (data) => ({ ...data, votes: [], payloads: [] })),
  {
    name: "some votes",
    apply: (txs, { random }) =>
      change(txs, (data) => {
        const list = data.votes.filter(() => random.oneIn(2));
        return { ...data, votes: list, payloads: [] };
      }),
  },
  { name: "no mempool", apply: (txs) => txs.slice(0, 1) },
  {
    name: "another order",
    apply: ([first, ...rest], { random }) => first && [first, ...random.shuffle(rest)],
  },
  {
    name: "transactions twice",
    apply: ([first, ...rest], { random }) =>
      first && rest.length > 0 ? [first, ...rest, random.pick(rest)] : undefined,
  },
];

function injected(
  name: string,
  edit: (data: InjectedBlockData, random: SeededRandom) => InjectedBlockData | undefined,
): Tampering {
  return { name, apply: (txs, { random }) => change(txs, (data) => edit(data, random)) };
}

function votes(
  name: string,
  edit: (list: readonly CarriedVote[], random: SeededRandom) => CarriedVote[] | undefined,
): Tampering {
  return injected(name, (data, random) => {
    if (data.votes.length === 0) return undefined;
    const list = edit(data.votes, random);
    return list && { ...data, votes: list };
  });
}

function change(
  [first, ...rest]: readonly Uint8Array[],
  edit: (data: InjectedBlockData) => InjectedBlockData | undefined,
): readonly Uint8Array[] | undefined {
  if (first === undefined) return undefined;
  const data = edit(decodeInjected(first));
  return data && [encodeInjected(data), ...rest];
}

function moveToAbsent(
  txs: readonly Uint8Array[],
  cast: readonly CommitVote[],
): readonly Uint8Array[] | undefined {
  const index = cast.findIndex(({ flag }) => flag !== "commit");
  return change(txs, (data) => {
    const [vote] = data.votes;
    return index < 0 || vote === undefined ? undefined : { ...data, votes: [{ ...vote, index }] };
  });
}

function flipBit(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = bytes.slice();
  const at = random.below(changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

function greedyTx(): Uint8Array {
  const fee = Fee.create({ gasLimit: 1n << 60n });
  return TxRaw.encode({
    bodyBytes: new Uint8Array(0),
    authInfoBytes: AuthInfo.encode(AuthInfo.create({ fee })),
    signatures: [],
  });
}
