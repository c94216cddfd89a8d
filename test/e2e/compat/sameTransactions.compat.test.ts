import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { sha256 } from "#core/crypto/hash.js";
import { concatBytes, toHex } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { CometSetting } from "#node/home/cometConfig.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { accountNumberOf } from "../../../bench/load/accountNumber.js";
import { blast } from "../../../bench/load/blast.js";
import { FIRST_ACCOUNT_NUMBER, fundSenders } from "../../../bench/load/genesisSenders.js";
import { Rpc } from "../../../bench/load/rpc.js";
import { createSenders, type Sender, signSend } from "../../../bench/load/sends.js";
import { SIMD_PREFIX, SimdNode } from "../../../bench/peers/simd.js";
import type { PrivateBuild } from "../privateBuild.js";
import { TestNetwork } from "../network.js";
import { foreignBuild } from "./foreignBuild.js";

/** One chain id, one prefix and one denomination for both chains. */
const CHAIN_ID = "same-file-1";
const DENOM = "unes";
const CHAIN = {
  chainId: CHAIN_ID,
  prefix: SIMD_PREFIX,
  denom: DENOM,
  gasLimit: 200_000n,
  fee: 200n,
};
const COUNT = process.env["AIVM_TEST_COUNTS"] === "full" ? 2_000 : 100;
const COMET: readonly CometSetting[] = [
  ["rpc.max_request_batch_size", 100],
  // CometBFT takes no longer over any answer than over this one; a busy machine does.
  ["rpc.timeout_broadcast_tx_commit", "120s"],
];

let build: PrivateBuild;
let network: TestNetwork;
let simd: SimdNode;
let senders: readonly Sender[];
/** The file: for each account its transfer. */
let file: readonly Uint8Array[];

beforeAll(async () => {
  // Obtains the peer when it is not there, and tells its path.
  const script = join(packageRoot(), "bench/peers/build-simd.sh");
  const binary = execFileSync(script, { encoding: "utf8" }).trim();
  build = await foreignBuild(SIMD_PREFIX);
  senders = createSenders(COUNT, SIMD_PREFIX);
  file = senders.map((sender, index) =>
    signSend(CHAIN, sender, {
      recipient: assertDefined(senders[(index * index) % COUNT], "there are senders").address,
      accountNumber: FIRST_ACCOUNT_NUMBER + BigInt(index),
      sequence: 0n,
    }),
  );
  network = await TestNetwork.start({
    validators: 1,
    chainId: CHAIN_ID,
    programOf: () => ({ entry: build.entry }),
    cometSettings: COMET,
    appSettings: [["inference.enable", false]],
    adaptGenesis: (doc) => ({ ...doc, app_state: fundSenders(doc.app_state, senders, DENOM) }),
  });
  simd = await SimdNode.start(binary, senders, COMET, { chainId: CHAIN_ID, denom: DENOM });
}, 900_000);

afterAll(async () => {
  await simd.stop();
  await network.close();
  build.remove();
}, 60_000);

interface Outcome {
  readonly committed: number;
  readonly balances: readonly string[];
}

async function balanceOf(rpc: Rpc, { address }: Sender): Promise<string> {
  const request = QueryBalanceRequest.encode({ address, denom: DENOM });
  const answer = await rpc.query("/cosmos.bank.v1beta1.Query/Balance", request);
  return assertDefined(QueryBalanceResponse.decode(answer).balance, "it has one").amount;
}

/** Sends the file, waits until it is in blocks, and reads what everybody has then. */
async function run(rpc: Rpc): Promise<Outcome> {
  const last = assertDefined(senders.at(-1), "there are senders");
  expect(await accountNumberOf(rpc, last)).toBe(FIRST_ACCOUNT_NUMBER + BigInt(COUNT - 1));
  const { committed } = await blast(
    rpc,
    file.map((tx) => [tx]),
  );
  const balances: string[] = [];
  for (const sender of senders) balances.push(await balanceOf(rpc, sender));
  return { committed, balances };
}

test(
  `a file of ${COUNT} transfers is accepted byte for byte by simd and by us, with equal balances`,
  { timeout: 600_000 },
  async () => {
    const { port } = new URL(network.node(0).url);
    const [theirs, ours] = [await run(simd.rpc), await run(new Rpc(Number(port)))];
    expect(theirs.committed).toBe(COUNT);
    expect(ours).toEqual(theirs);
    expect(new Set(ours.balances).size).toBeGreaterThan(2);
    // What was paid for transfers is gone from the senders alone: fees, as many as there were.
    const total = ours.balances.reduce((sum, amount) => sum + BigInt(amount), 0n);
    expect(total).toBe(BigInt(COUNT) * (1_000_000_000_000n - CHAIN.fee));
    const bytes = concatBytes(...file);
    process.stdout.write(
      `${COUNT} transactions of ${bytes.length} bytes, sha256 ${toHex(sha256(bytes))}: ` +
        `simd committed ${theirs.committed}, aivmd ${ours.committed}, balances equal\n`,
    );
  },
);
