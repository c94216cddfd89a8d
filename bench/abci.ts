import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FrameParser } from "#core/abci/framing.js";
import { INERT_APPLICATION } from "#core/abci/inertApplication.js";
import { AbciServer } from "#core/abci/server.js";
import { parseAddress } from "#core/abci/socketAddress.js";
import { frameRequest } from "#core/abci/wire/messages.js";

/**
 * Transaction checks per second through a real socket, the application doing nothing. The client is
 * a process of its own, as CometBFT is, and only writes and counts frames, so that the server is
 * what is measured.
 */
const TX = new Uint8Array(250).fill(7);
const ROUND_CHECKS = 5000;
const WARM_UP_ROUNDS = 20;
const ROUNDS = 200;
const CHECKS = (WARM_UP_ROUNDS + ROUNDS) * ROUND_CHECKS;

async function serve(address: string): Promise<void> {
  const server = await AbciServer.listen({
    address,
    application: INERT_APPLICATION,
    onFatal: ({ call }) => {
      console.error(`${call} failed`);
    },
  });
  const client = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(import.meta.url), "client", server.address],
    { stdio: "inherit" },
  );
  const before = process.cpuUsage();
  await once(client, "exit");
  const { user, system } = process.cpuUsage(before);
  console.log(`  server: ${((user + system) / CHECKS).toFixed(2)} µs of CPU a check`);
  await server.close();
}

async function load(address: string): Promise<void> {
  const socket = connect(parseAddress(address));
  const check = frameRequest({ checkTx: { tx: TX, type: 0 } });
  const round = Buffer.concat(new Array<Uint8Array>(ROUND_CHECKS).fill(check));
  const frames = new FrameParser();
  let answered = 0;
  let start = 0;
  socket.write(round);
  for await (const chunk of socket as AsyncIterable<Uint8Array>) {
    frames.push(chunk);
    while (frames.next() !== undefined) answered++;
    if (answered % ROUND_CHECKS > 0) continue;
    if (answered === WARM_UP_ROUNDS * ROUND_CHECKS) start = performance.now();
    if (answered === CHECKS) break;
    socket.write(round);
  }
  const seconds = (performance.now() - start) / 1000;
  const rate = Math.round((ROUNDS * ROUND_CHECKS) / seconds);
  console.log(
    `CheckTx over ${address.split(":", 1)[0] ?? ""}: ${rate.toLocaleString("en")} a second`,
  );
  socket.destroy();
}

const [, , role, target] = process.argv;
if (role === "client" && target !== undefined) {
  await load(target);
} else {
  const folder = mkdtempSync(join(tmpdir(), "abci-bench-"));
  await serve(`unix://${join(folder, "abci.sock")}`);
  await serve("tcp://127.0.0.1:0");
  rmSync(folder, { recursive: true });
}
