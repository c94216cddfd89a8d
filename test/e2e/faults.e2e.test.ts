import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Fault,
  FaultKind,
  GenesisState as InferenceGenesis,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { GenesisState as SlashingGenesis } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { editSection, type GenesisDoc } from "#node/genesis/genesisDoc.js";
import { readConsensusKey } from "#node/home/cometKeys.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import { systemClock } from "#sdk/clock.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import { getBatch } from "#sdk/inference/getBatch.js";
import { pollUntil } from "#sdk/poll.js";
import { INFERENCE_QUERIES, REWARD_QUERIES, STAKING_QUERIES } from "#sdk/query/services.js";
import { blockResults } from "#sdk/rpc/blockResults.js";
import { status } from "#sdk/rpc/status.js";
import { buildKernel } from "#testnet/kernelBundle.js";
import type { NodeProgram } from "#testnet/process/nodeProcess.js";
import { compileFaultyNode } from "../faults/compile.js";
import type { FaultName } from "../faults/faults.js";
import { TAMPERED } from "../faults/proposing.js";
import { FORBIDDEN } from "../simulation/network/tampering.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";

/** One validator of four is faulty, in one way after the other; the other three never are. */
const FAULTY = 3;

/** Enough for one validator's whole career of faults: it shall not be jailed before its last one. */
const PATIENCE = 100;

let network: TestNetwork;
let client: AivmClient;
/** Holds the name of the fault that the faulty one has now. */
let faultFile = "";
/** Fault records that were there before the test. */
let faultsBefore = 0;

beforeAll(async () => {
  const entry = await compileFaultyNode();
  faultFile = join(mkdtempSync(join(tmpdir(), "aivm-faults-")), "fault");
  const faulty = { entry, environment: { AIVM_FAULT_FILE: faultFile } };
  const programOf = (index: number): NodeProgram => (index === FAULTY ? faulty : {});
  network = await TestNetwork.start({ validators: 4, adaptGenesis: patient, programOf });
  client = await network.connect(0, { witnessRpc: network.node(1).url });
  await client.publishKernel(await buildKernel(join(packageRoot(), "kernels", "digits")));
}, 240_000);

afterAll(async () => {
  await network.close();
  rmSync(dirname(faultFile), { recursive: true });
}, 60_000);

showLogsOnFailure(() => network);

describe("on a network of four validators, one of which", () => {
  it("is down, a request is answered by the others and nobody is at fault", async () => {
    await network.node(FAULTY).stop();
    const answer = await ask();
    expect(await faultySeat(answer)).toMatchObject({ commitment: new Uint8Array(0) });
    await expectSettled(answer, { faults: [], paidFaulty: false });
    network.node(FAULTY).start();
    await network.node(FAULTY).reaches((await height()) + 2n);
  });

  it("answers wrongly, it alone is found wrong", async () => {
    await become("lies");
    const answer = await ask();
    expect(await faultySeat(answer)).toMatchObject({ status: SeatStatus.REVEALED });
    await expectSettled(answer, { faults: [FaultKind.WRONG], paidFaulty: false });
  });

  it("commits and never reveals, it alone has withheld", async () => {
    await become("withholds");
    const answer = await ask();
    await expectSettled(answer, { faults: [FaultKind.WITHHELD], paidFaulty: false });
  });

  it("sends garbage for extensions, its votes count for nothing and blocks go on", async () => {
    await become("garbles");
    const before = await height();
    const answer = await ask();
    expect((await faultySeat(answer)).commitment).toHaveLength(0);
    expect(await height()).toBeGreaterThan(before);
    await expectSettled(answer, { faults: [], paidFaulty: false });
  });

  it("proposes malformed blocks in every way, none is decided and nobody is at fault", async () => {
    await become("proposesMalformed");
    const since = await height();
    const tried = new Set<string>();
    let answers: readonly Inference[] = [];
    // Some ways need extensions in the last commit, which requests bring.
    for (let turn = 0; turn < 8 && tried.size < FORBIDDEN.length - 1; turn++) {
      answers = await askStaggered(4);
      for (const line of network.node(FAULTY).log().split("\n")) {
        if (line.startsWith(TAMPERED)) tried.add(line.slice(TAMPERED.length));
      }
    }
    const missing = FORBIDDEN.map(({ name }) => name).filter((name) => !tried.has(name));
    // Every validator commits here: there is no vote to steal.
    expect(missing.filter((name) => name !== "a vote of one who did not commit")).toEqual([]);
    await expectAllApplied(since);
    await expectSettled(answers.at(-1)!, { faults: [], paidFaulty: undefined });
  });

  it("copies another's commitment, it cannot open it", async () => {
    await become("copies");
    const answer = await ask();
    await expectSettled(answer, { faults: [FaultKind.INVALID], paidFaulty: false });
  });

  it("commits twice differently, the first counts and that is all", async () => {
    await become("equivocates");
    const answer = await ask();
    await expectSettled(answer, { faults: [], paidFaulty: true });
  });

  it("reveals what does not open its commitment, it alone is invalid", async () => {
    await become("misreveals");
    const answer = await ask();
    await expectSettled(answer, { faults: [FaultKind.INVALID], paidFaulty: false });
  });

  it("leaves one member's extensions out, that member is paid and not at fault", async () => {
    await become("omits");
    for (let turn = 0; turn < 2; turn++) {
      await expectSettled(await ask(), { faults: [], paidFaulty: true });
    }
  });

  it("attaches false receipts, its blocks are refused and the answer is the right one", async () => {
    await become("forgesReceipts");
    await expectSettled(await ask(), { faults: [], paidFaulty: true });
  });

  it("says that it is unavailable, it is in no committee and not at fault", async () => {
    await become("isUnavailable");
    await untilUnavailable();
    const answer = await ask();
    const batch = await getBatch(client.rpc, answer.trace.batchId);
    expect(batch.seats).toHaveLength(3);
    await expectSettled(answer, { faults: [], paidFaulty: false });
  });
});

function patient(doc: GenesisDoc): GenesisDoc {
  const { types: registry } = genesisModules();
  const inference = { name: "inference", codec: InferenceGenesis, registry };
  const forgiving = editSection(doc, inference, (genesis) => ({
    ...genesis,
    params: { ...genesis.params, faultsToJail: PATIENCE },
  }));
  // It is down at first: that is no downtime worth a jail here.
  const slashing = { name: "slashing", codec: SlashingGenesis, registry };
  return editSection(forgiving, slashing, (genesis) => ({
    ...genesis,
    params: { ...genesis.params, signedBlocksWindow: 10_000n },
  }));
}

/** Gives the faulty validator another fault, and waits until every vote that it had sent counts. */
async function become(fault: FaultName): Promise<void> {
  writeFileSync(faultFile, fault);
  await network.node(0).reaches((await height()) + 2n);
}

/** Its statement is in state: no request that is drawn later finds it. */
async function untilUnavailable(): Promise<void> {
  const { address } = readConsensusKey(network.node(FAULTY).home.consensusKey);
  const waiting = { timeoutMs: 60_000, pauseMs: 200, pauseMsMax: 200 };
  await pollUntil(systemClock, "the faulty validator is unavailable", waiting, async () => {
    const { provider } = await client.queryMethod(INFERENCE_QUERIES, "Provider", {
      consensusAddress: toHex(address),
    });
    return provider.unavailable ? true : undefined;
  });
  await network.awaitBlocks(1n);
}

async function height(): Promise<bigint> {
  return (await status(client.rpc)).latestHeight;
}

const SAMPLE = JSON.parse(
  readFileSync(join(packageRoot(), "kernels/digits/samples/digit-7.json"), "utf8"),
) as {
  readonly image: number[];
};

/** Asks for a digit and demands the right answer, proven. */
async function ask(): Promise<Inference> {
  const answer = await client.infer("digits", { image: SAMPLE.image });
  expect(answer.output?.["label"]).toEqual(["7"]);
  expect(answer.proof.verified).toBe(true);
  return answer;
}

/** Requests of as many blocks in a row, so that most blocks between carry votes. */
async function askStaggered(count: number): Promise<readonly Inference[]> {
  const asked: Array<Promise<Inference>> = [];
  for (let index = 0; index < count; index++) {
    asked.push(ask());
    await network.node(0).reaches((await height()) + 1n);
  }
  return Promise.all(asked);
}

async function faultySeat({ trace }: Inference): Promise<Seat> {
  const { seats } = await getBatch(client.rpc, trace.batchId);
  const { address } = readConsensusKey(network.node(FAULTY).home.consensusKey);
  return seats.find(({ consensusAddress }) => equalBytes(consensusAddress, address))!;
}

/**
 * Waits until pay and penalties are through: exactly these faults are new, all of the faulty
 * validator; the others are paid and have lost nothing of their stake.
 */
async function expectSettled(
  { requestId, trace }: Inference,
  expected: { readonly faults: readonly FaultKind[]; readonly paidFaulty: boolean | undefined },
): Promise<void> {
  const batch = await getBatch(client.rpc, trace.batchId);
  await network.node(0).reaches(batch.closesHeight + 1n);
  const { faults } = await client.queryMethod(INFERENCE_QUERIES, "Faults", {});
  const fresh = faults.slice(faultsBefore);
  faultsBefore = faults.length;
  expect(fresh.map(({ kind }: Fault) => kind)).toEqual(expected.faults);
  const { validators } = await client.queryMethod(STAKING_QUERIES, "Validators", {});
  const operatorOf = new Map(validators.map((one) => [one.description.moniker, one]));
  const faulty = operatorOf.get(`node${FAULTY}`)!;
  expect(fresh.every((fault: Fault) => fault.operatorAddress === faulty.operatorAddress)).toBe(
    true,
  );
  for (const index of [0, 1, 2]) {
    expect(operatorOf.get(`node${index}`)!.tokens).toBe("100000000000");
  }
  const { breakdown } = await client.queryMethod(REWARD_QUERIES, "Breakdown", { requestId });
  const paid = breakdown.payouts
    .filter(({ role }) => role === PayoutRole.MEMBER)
    .map(({ address }) => address);
  for (const index of [0, 1, 2]) {
    expect(paid).toContain(accountOf(operatorOf.get(`node${index}`)!.operatorAddress));
  }
  if (expected.paidFaulty !== undefined) {
    expect(paid.includes(accountOf(faulty.operatorAddress))).toBe(expected.paidFaulty);
  }
}

function accountOf(operator: string): string {
  return formatAddress("account", parseAddress("operator", operator));
}

/** Transaction 0 of every block since a height was applied: no malformed one was decided. */
async function expectAllApplied(since: bigint): Promise<void> {
  const last = await height();
  for (let at = since; at < last; at++) {
    const { txResults } = await blockResults(client.rpc, at);
    const events = txResults[0]!.events.map(({ type }) => type);
    expect(events, `block ${at}`).not.toContain("inference.injected_skipped");
  }
}
