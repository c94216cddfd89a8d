import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import {
  type Batch,
  type Execution,
  FaultKind,
  FaultKindNames,
  type Seat,
  type VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { PayoutRole, PayoutRoleNames } from "#core/codec/generated/aivm/reward/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { uint64ToBytes } from "#core/primitives/bytes.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import type { TestAccount } from "./identities.js";
import type { InferenceChain } from "./inferenceChain.js";
import type { BlockOptions } from "./memoryNetwork.js";
import type { MemoryNode } from "./memoryNode.js";
import { type Behaviour, executionOf } from "./scriptedReceipts.js";

/** An event as tests read it: attributes by name, and the height. */
export type EventRecord = Readonly<Record<string, string>>;

/** Events of a type in all blocks that were run, oldest first. */
export function eventsOf(chain: InferenceChain, type: string): EventRecord[] {
  return chain.blocks.flatMap(({ height, outcome }) =>
    [...outcome.txResults.flatMap((result) => result.events), ...outcome.events]
      .filter((event) => event.type === type)
      .map(({ attributes }) => ({
        ...Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
        height: height.toString(),
      })),
  );
}

/** What an account owns, in unes. */
export interface Holding {
  readonly balance: bigint;
  /** Tokens of the account's validator. */
  readonly stake: bigint;
}

/** What users and validators own now, by name. */
export function holdingsOf(chain: InferenceChain): ReadonlyMap<string, Holding> {
  const ctx = chain.node.context();
  const { staking } = chain.node.wiring.keepers;
  const validators = chain.network.nodes.map((node) => node.validator.account);
  return new Map(
    [chain.user, chain.other, ...validators].map((account) => {
      const stake = staking.findValidator(ctx, account.address)?.tokens ?? 0n;
      return [account.name, { balance: chain.balance(account), stake }];
    }),
  );
}

/** What an account gained since: negative for a loss. */
export function gainOf(
  chain: InferenceChain,
  before: ReadonlyMap<string, Holding>,
  account: TestAccount,
): Holding {
  const [then, now] = [before.get(account.name), holdingsOf(chain).get(account.name)];
  if (then === undefined || now === undefined) throw new Error(`${account.name} is unknown`);
  return { balance: now.balance - then.balance, stake: now.stake - then.stake };
}

/** What each role got for a request, in unes; undefined before it was paid out. */
export function payoutsOf(
  chain: InferenceChain,
  requestId: bigint,
): Readonly<Record<string, bigint>> | undefined {
  const { reward } = chain.node.wiring.keepers;
  const breakdown = reward.findBreakdown(chain.node.context(), requestId);
  if (breakdown === undefined) return undefined;
  const sums: Record<string, bigint> = {};
  for (const { role, amount } of breakdown.payouts) {
    const name = nameOf(PayoutRoleNames, role);
    sums[name] = (sums[name] ?? 0n) + BigInt(amount);
  }
  return sums;
}

/** What an account got as a member for a request, in unes. */
export function memberPay(chain: InferenceChain, requestId: bigint, account: TestAccount): bigint {
  const { reward } = chain.node.wiring.keepers;
  const breakdown = reward.findBreakdown(chain.node.context(), requestId);
  return (breakdown?.payouts ?? [])
    .filter(({ role, address }) => role === PayoutRole.MEMBER && address === account.text)
    .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}

/** Faults on record as short lines, `<validator> <KIND>`, in order of their recording. */
export function faultLines(chain: InferenceChain): string[] {
  return [...chain.faults()]
    .sort((a, b) => Number(a.height - b.height))
    .map(({ operatorAddress, kind }) => {
      const node = chain.network.nodes.find(
        ({ validator }) => validator.account.operator === operatorAddress,
      );
      return `${node?.validator.account.name ?? operatorAddress} ${nameOf(FaultKindNames, kind)}`;
    });
}

/** The last seat of a node in a batch. */
export function seatOf(batch: Batch, { validator }: MemoryNode): Seat {
  const seat = batch.seats.findLast((one) => equalBytes(one.consensusAddress, validator.address));
  if (seat === undefined) throw new Error(`${validator.account.name} holds no seat`);
  return seat;
}

/** Answers every input with bytes that only `marker` fixes. */
export function answering(marker: number): Required<Pick<Behaviour, "answer">> {
  return { answer: (honest) => otherAnswer(honest, marker) };
}

/** Another successful answer than the honest one; the work digest is kept. */
export function otherAnswer({ receipt }: Execution, marker: number): Execution {
  const { workDigest } = receipt;
  return executionOf(uint64ToBytes(BigInt(marker)), workDigest.length > 0 ? workDigest : undefined);
}

/** Rewrites the extensions of one validator, unless they are empty. */
export function rewriting(
  { validator }: MemoryNode,
  rewrite: (extension: VoteExtension) => VoteExtension,
): Required<Pick<BlockOptions, "extension">> {
  const hex = toHex(validator.address);
  return {
    extension: (voter, honest) =>
      voter === hex && honest.length > 0
        ? encodeExtension(rewrite(decodeExtension(honest)))
        : honest,
  };
}

/** No outputs reach the chain, by whatever way. */
export function outputless(chain: InferenceChain): BlockOptions {
  const [first, ...others] = chain.network.nodes.map((node) =>
    rewriting(node, (said) => ({ ...said, payloads: [] })),
  );
  return {
    extension: (voter, honest) =>
      others.reduce(
        (bytes, { extension }) => extension(voter, bytes),
        first!.extension(voter, honest),
      ),
    tamper: ([injected, ...txs]) => [
      encodeInjected({ ...decodeInjected(injected!), payloads: [] }),
      ...txs,
    ],
  };
}

/** Validators that do not take part. */
export function without(...nodes: readonly MemoryNode[]): Required<Pick<BlockOptions, "absent">> {
  return { absent: new Set(nodes.map(({ validator }) => toHex(validator.address))) };
}

type Names = ReadonlyArray<readonly [number, string]>;

function nameOf(names: Names, value: number): string {
  const full = names.find(([number]) => number === value)?.[1] ?? String(value);
  const prefix = names[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  return full.startsWith(prefix) ? full.slice(prefix.length) : full;
}

/** Penalty of a fault in basis points of the stake, by the parameters. */
export function penaltyBps(chain: InferenceChain, kind: FaultKind): bigint {
  const params = chain.params();
  const bps = {
    [FaultKind.UNSPECIFIED]: 0,
    [FaultKind.WRONG]: params.wrongSlashBps,
    [FaultKind.ABSENT]: params.absentSlashBps,
    [FaultKind.WITHHELD]: params.withheldSlashBps,
    [FaultKind.INVALID]: params.invalidSlashBps,
  }[kind];
  return BigInt(bps);
}
