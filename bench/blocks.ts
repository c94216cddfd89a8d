// What a block of inferences costs the application: one validator in memory, 96 requests of 16
// inputs a block, shaped as those of kernels/digits. Processor time of each ABCI call, medians.
import { performance } from "node:perf_hooks";
import { DataType, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { assertDefined } from "#core/primitives/assert.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { testManifest } from "#test/harness/testKernel.js";
import type { TestAccount } from "#test/harness/identities.js";
import { signedTx } from "#test/harness/signedTx.js";
import { quantile } from "./report/statistics.js";

const REQUESTS = 96;
const INPUTS = 16;
const BLOCKS = Number(process.argv[2] ?? 30);

const plain = testManifest({ name: "digits", committee: { target: 1, minimum: 1, maximum: 1 } });
const one = { minimum: 1n, maximum: 1n };
const field = { dataType: DataType.UINT8, maxBytes: 0n, allowNonFinite: false };
const manifest = {
  ...plain,
  inputs: [{ ...field, name: "image", shape: [one, { minimum: 64n, maximum: 64n }] }],
  outputs: [
    { ...field, name: "label", dataType: DataType.INT64, shape: [one] },
    {
      ...field,
      name: "probs",
      dataType: DataType.FLOAT32,
      shape: [one, { minimum: 10n, maximum: 10n }],
    },
  ],
  limits: { ...plain.limits, outputBytes: 96n },
};

function input(seed: number): Uint8Array {
  const data = Uint8Array.from({ length: 64 }, (_, at) => (seed * 31 + at) & 0xff);
  const value = { name: "image", dataType: DataType.UINT8, dims: [1n, 64n], data };
  return ValueSet.encode({ values: [value] });
}

const chain = await InferenceChain.start({
  validators: 1,
  kernels: [manifest],
  inference: { payloadBytes: 360_448n, maxBatchRequests: 256 },
});
const { app } = chain.node;
const spent = new Map<string, number[]>();
type Call = (argument: never) => unknown;
for (const name of [
  "checkTx",
  "prepareProposal",
  "processProposal",
  "extendVote",
  "finalizeBlock",
  "commit",
] as const) {
  const call = (app[name] as Call).bind(app);
  const times: number[] = [];
  spent.set(name, times);
  Object.assign(app, {
    [name]: (argument: never) => {
      const start = performance.now();
      const answer = call(argument);
      times.push(performance.now() - start);
      return answer;
    },
  });
}

let made = 0;
let sequence = 0n;
const { user } = chain;
const { auth } = chain.node.wiring.keepers;
const account = assertDefined(auth.findAccount(chain.node.context(), user.address), "it is funded");
const before = process.cpuUsage();
const checkTotals: number[] = [];
for (let block = 0; block < BLOCKS; block++) {
  const txs = Array.from({ length: REQUESTS }, () => {
    const inputs = Array.from({ length: INPUTS }, () => input(made++));
    return signAt(user, chain.requestMessage("digits", inputs));
  });
  const checks = assertDefined(spent.get("checkTx"), "checkTx is measured");
  checks.length = 0;
  for (const tx of txs) {
    const { code, log } = app.checkTx({ tx, kind: "new" });
    if (code !== 0) throw new Error(log);
  }
  checkTotals.push(checks.reduce((sum, ms) => sum + ms, 0));
  await chain.run(1, { txs });
}
spent.set("checkTx", checkTotals);
const { user: userTime, system } = process.cpuUsage(before);

function signAt(signer: TestAccount, message: PackedMessage): Uint8Array {
  return signedTx({
    messages: [message],
    signer,
    chainId: chain.network.chainId,
    accountNumber: account.number,
    sequence: sequence++,
    gasLimit: 5_000_000n,
    fee: 1_000n,
  });
}

const executions = REQUESTS * INPUTS;
const answered = chain.getResult(BigInt((BLOCKS - 6) * REQUESTS));
console.log(
  `${executions} executions a block; request answered with ${answered.executions[0]?.output.length} bytes`,
);
let total = 0;
for (const [name, times] of spent) {
  const median = quantile(times.slice(8), 0.5);
  total += median;
  console.log(
    `${name.padEnd(16)} ${median.toFixed(2).padStart(8)} ms  ${((median * 1000) / executions).toFixed(1).padStart(6)} µs an execution`,
  );
}
console.log(
  `${"together".padEnd(16)} ${total.toFixed(2).padStart(8)} ms  ${((total * 1000) / executions).toFixed(1).padStart(6)} µs an execution`,
);
console.log(
  `processor time of everything: ${((userTime + system) / BLOCKS / 1000).toFixed(1)} ms a block`,
);
