import { join } from "node:path";
import { toHex } from "#core/primitives/bytes.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { AivmClient } from "#sdk/client.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import { getBatch } from "#sdk/inference/getBatch.js";
import type { PublishProgress } from "#sdk/kernel/publishKernel.js";
import type { Testnet } from "../initFiles.js";
import { buildKernel } from "../kernelBundle.js";
import type { Screen } from "../screen.js";
import { accountNames, connectClient } from "./clients.js";
import { courseRows, memberRows } from "./course.js";
import { type Digit, drawDigit, drawProbabilities, pickDigit } from "./digit.js";
import { type AccountNames, awaitPayments, paymentRows } from "./payments.js";

/** What was seen, as the last line of the demo says it. */
export interface DemoReport {
  readonly request_id: number;
  readonly status: string;
  readonly label: number;
  /** From the block of the request to that of the result. */
  readonly blocks: number;
  readonly members_agreed: number;
  readonly price: string;
  readonly proof_verified: boolean;
}

const KERNEL = "digits";

/** Everything that a client does on a network that makes blocks; each step is shown. */
export async function showDemo(net: Testnet, screen: Screen): Promise<DemoReport> {
  const client = await connectClient(net);
  const names = await accountNames(client);
  await publish(client, screen);
  const digit = pickDigit(kernelFolder());
  const answer = await ask(client, screen, digit);
  showAnswer(screen, answer, digit);
  await showCourse(client, screen, { answer, names });
  await showPayments(client, screen, { answer, names });
  showProof(screen, net, answer);
  return reportOf(answer);
}

function kernelFolder(): string {
  return join(packageRoot(), "kernels", KERNEL);
}

async function publish(client: AivmClient, screen: Screen): Promise<void> {
  screen.title(`A kernel: kernels/${KERNEL}`);
  const building = screen.progress("test vectors", 1);
  const bundle = await buildKernel(kernelFolder(), (done, total) => {
    building.update(done / total);
  });
  building.finish("   every test vector gives what it promises");
  const bytes = bundle.artifacts.reduce((sum, { length }) => sum + length, 0);
  const vectors = bundle.manifest.testVectors.length;
  screen.done(
    `built: ${bundle.artifacts.length} files, ${bytes} bytes; its ${vectors} test vectors hold`,
  );
  const progress = screen.progress("upload", bytes);
  const onProgress = (step: PublishProgress): void => {
    if (step.stage === "uploading") progress.update(step.bytesDone);
    if (step.stage === "publishing") progress.finish("   the chain has every file; publishing");
    if (step.stage === "validating") screen.note("every provider runs the test vectors");
  };
  const { version } = await client.publishKernel(bundle, { onProgress });
  screen.done(
    `published as version ${version.number} (${toHex(version.id.subarray(0, 6))}…); ` +
      `the providers agree that it is valid and measured ${version.modelGas} gas a run`,
  );
}

async function ask(client: AivmClient, screen: Screen, digit: Digit): Promise<Inference> {
  screen.title(`A question: which digit is this? (${digit.name}, never seen in training)`);
  screen.show(drawDigit(digit));
  const input = { image: digit.image };
  const { price, fees } = await client.quote(KERNEL, input);
  screen.done(
    `the chain quotes ${price.amount}${price.denom}: admission ${fees.admission}, ` +
      `compute ${fees.compute}, author ${fees.author}`,
  );
  return client.infer(KERNEL, input, {
    onProgress: ({ stage, height, requestId }) => {
      screen.note(`block ${height}: request ${requestId} is ${stage}`);
    },
  });
}

function showAnswer(screen: Screen, answer: Inference, digit: Digit): void {
  const { label, probabilities } = readOutput(answer);
  screen.title(`The answer: ${label}`);
  const lines = drawProbabilities(probabilities);
  const { green } = screen.style;
  screen.show(lines.map((line, index) => (index === label ? green(line) : line)).join("\n"));
  const isRight = label === digit.truth;
  screen.show(`${isRight ? "right" : "wrong"}: whoever wrote it meant ${digit.truth}`);
}

interface Shown {
  readonly answer: Inference;
  readonly names: AccountNames;
}

async function showCourse(client: AivmClient, screen: Screen, shown: Shown): Promise<void> {
  const { answer, names } = shown;
  screen.title("How it came about");
  screen.table(
    [{ title: "block", align: "right" }, { title: "" }, { title: "" }],
    courseRows(answer),
  );
  screen.print("");
  const batch = await getBatch(client.rpc, answer.trace.batchId);
  screen.table(
    [
      { title: "member" },
      { title: "power", align: "right" },
      { title: "committed", align: "right" },
      { title: "revealed", align: "right" },
      { title: "digest of its answer" },
      { title: "" },
    ],
    memberRows(answer, batch, names),
  );
}

async function showPayments(client: AivmClient, screen: Screen, shown: Shown): Promise<void> {
  const { answer, names } = shown;
  screen.title("Who is paid");
  screen.note("pay is held until the challenge window has closed");
  const breakdown = await awaitPayments(client, answer.requestId);
  screen.table(
    [{ title: "who" }, { title: "as" }, { title: "amount", align: "right" }],
    paymentRows(breakdown, names),
  );
  const paid = breakdown.payouts.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  screen.done(
    `${paid} of the ${breakdown.escrowed}unes that were charged are paid, in block ${breakdown.height}`,
  );
}

function showProof(screen: Screen, { nodes }: Testnet, { proof, requestId }: Inference): void {
  screen.title("Why to believe it");
  if (!proof.verified) {
    screen.show("the result is not proven");
    return;
  }
  const [first, second = first] = nodes.map(({ moniker }) => moniker);
  screen.show(
    `header ${proof.height + 1n} of ${second ?? ""}, the same at ${first ?? ""}, is signed by more than two thirds\n` +
      "of the power that follows from the genesis file; its app hash is\n" +
      toHex(proof.appHash),
  );
  screen.done(
    `an ICS-23 proof shows that this state holds the result of request ${requestId} (store inference, height ${proof.height})`,
  );
}

function reportOf(answer: Inference): DemoReport {
  const { trace, price, proof, requestId, status } = answer;
  return {
    request_id: Number(requestId),
    status,
    label: readOutput(answer).label,
    blocks: Number(trace.resultHeight - trace.requestHeight),
    members_agreed: trace.members.filter(({ verdict }) => verdict === "right").length,
    price: `${price.price}unes`,
    proof_verified: proof.verified,
  };
}

function readOutput({ output }: Inference): { label: number; probabilities: number[] } {
  const { label, probs } = output ?? {};
  if (!Array.isArray(label) || !Array.isArray(probs)) throw new Error("the answer has no output");
  return { label: Number(label[0]), probabilities: probs.map(Number) };
}
