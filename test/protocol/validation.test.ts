import { describe, expect, it } from "vitest";
import { BatchKind, BatchStatus, SeatStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import type { JsonObject } from "#core/codec/json.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { toHex } from "#core/primitives/bytes.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { eventsOf, faultLines, gainOf, holdingsOf } from "#test/harness/protocolRecord.js";
import type { Behaviour } from "#test/harness/scriptedReceipts.js";
import { testInput, testManifest } from "#test/harness/testKernel.js";

const FEE = 4_001n;

/** A version that waits for its validation since the genesis file, with its fee in escrow. */
function waiting(state: Record<string, JsonObject>): void {
  const kernel = state["kernel"] as unknown as {
    kernels: Array<Record<string, unknown>>;
    versions: Array<{ version: Record<string, unknown> }>;
    awaiting_validation: unknown[];
  };
  const { version } = kernel.versions[0]!;
  const fee = { denom: "unes", amount: FEE.toString() };
  kernel.versions[0]!.version = {
    ...version,
    status: "VERSION_STATUS_VALIDATING",
    validation_fee: fee,
  };
  kernel.kernels[0]!["head_version_id"] = "";
  kernel.awaiting_validation = [version["id"]];
  const bank = state["bank"] as unknown as { balances: unknown[] };
  const address = formatAddress("account", moduleAddress("kernel"));
  bank.balances.push({ address, coins: [fee] });
}

async function start(behaviours: readonly Behaviour[]) {
  const chain = await InferenceChain.start({
    validators: 4,
    kernels: [testManifest({ name: "echo" })],
    edit: waiting,
  });
  for (const [index, behaviour] of behaviours.entries()) {
    const node = chain.network.nodes[index]!;
    node.receipts.behaviour = behaviour;
    // Block 1 drew the job, and the honest work of it is done.
    node.receipts.forget();
    await node.work();
  }
  const before = holdingsOf(chain);
  const { kernel } = chain.node.wiring.keepers;
  const versionId = chain.getBatch(1n).versionId;
  const version = () => kernel.findVersion(chain.node.context(), versionId)!;
  return { chain, before, version };
}

const refuses: Behaviour = { report: (honest) => ({ ...honest, accepted: false, reason: "no" }) };

describe("a validation job", () => {
  it("is given to every available provider and makes the version active; its fee is shared", async () => {
    const { chain, before, version } = await start([]);
    const batch = chain.getBatch(1n);
    expect(batch).toMatchObject({ kind: BatchKind.VALIDATION, requestIds: [] });
    expect(batch.seats).toHaveLength(4);
    const tooEarly = chain.requestMessage("echo", [testInput(1)]);
    const refused = await chain.send(chain.user, [tooEarly]);
    expect(refused).toMatchObject({ codespace: "inference", code: 5 });
    await chain.runUntil(() => chain.getBatch(1n).status === BatchStatus.CLOSED, 6);
    expect(version()).toMatchObject({ status: VersionStatus.ACTIVE, modelGas: 500_000n });
    for (const { validator } of chain.network.nodes) {
      expect(gainOf(chain, before, validator.account)).toEqual({ balance: FEE / 4n, stake: 0n });
    }
    const id = await chain.request("echo", [testInput(1)]);
    await chain.run(5);
    expect(chain.haveEnded([id])).toBe(true);
    expect(chain.faults()).toEqual([]);
    chain.expectSound();
  });

  it("rejects the version when more than two thirds say so, with the reason", async () => {
    const { chain, version } = await start([refuses, refuses, refuses]);
    await chain.runUntil(() => chain.getBatch(1n).status === BatchStatus.CLOSED, 8);
    expect(version()).toMatchObject({ status: VersionStatus.REJECTED, reason: "no" });
    expect(faultLines(chain)).toEqual(["validator-3 WRONG"]);
    chain.expectSound();
  });

  it("without agreement rejects it, and nobody is wrong or paid", async () => {
    const { chain, before, version } = await start([refuses, refuses]);
    await chain.runUntil(() => chain.getBatch(1n).status === BatchStatus.CLOSED, 8);
    expect(version()).toMatchObject({
      status: VersionStatus.REJECTED,
      reason: "providers do not agree on the validation",
    });
    expect(chain.faults()).toEqual([]);
    for (const { validator } of chain.network.nodes) {
      expect(gainOf(chain, before, validator.account)).toEqual({ balance: 0n, stake: 0n });
    }
    chain.expectSound();
  });

  it("finds who is silent ABSENT and goes on with the others", async () => {
    const { chain, version } = await start([{ runs: () => false }]);
    await chain.runUntil(() => chain.getBatch(1n).status === BatchStatus.CLOSED, 12);
    expect(version().status).toBe(VersionStatus.ACTIVE);
    expect(faultLines(chain)).toEqual(["validator-0 ABSENT"]);
    const statuses = chain.getBatch(1n).seats.map(({ status }) => status);
    expect(statuses.filter((status) => status === SeatStatus.ABSENT)).toHaveLength(1);
    expect(eventsOf(chain, "inference.batch_drawn")).toHaveLength(1);
    expect(toHex(chain.getBatch(1n).agreedRoot)).toHaveLength(64);
    chain.expectSound();
  });
});
