import { parentPort, workerData } from "node:worker_threads";
import { NODE_SERVICE, nodeServiceQueries } from "#app/query/nodeService.js";
import { wire } from "#app/wiring.js";
import { assertDefined } from "#core/primitives/assert.js";
import { noAggregator } from "../query/noAggregator.js";
import type { DoorsReply, DoorsWorkerData } from "./doorsMessages.js";
import { OpenDoors } from "./openDoors.js";

const REPORT_MS = 1_000;

/**
 * Entry point of the thread that serves gRPC and REST: whatever clients send, the thread that
 * executes blocks does not read a byte of it. Any message from the parent closes the doors.
 */
async function main(): Promise<void> {
  const port = assertDefined(parentPort ?? undefined, "the doors' thread has a parent");
  const tell = (reply: DoorsReply): void => {
    port.postMessage(reply);
  };
  try {
    const doors = await open(workerData as DoorsWorkerData, tell);
    const report = setInterval(() => {
      const counts = doors.takeCounts();
      if (counts.answered + counts.failed > 0) tell({ kind: "counted", counts });
    }, REPORT_MS);
    port.once("message", () => {
      clearInterval(report);
      void doors.close().then(() => {
        port.close();
      });
    });
    tell({ kind: "open", ports: doors.ports });
  } catch (error) {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    port.close();
  }
}

function open(data: DoorsWorkerData, tell: (reply: DoorsReply) => void): Promise<OpenDoors> {
  const wiring = wire({
    aggregator: noAggregator,
    minGasPrices: [],
    onFault: () => undefined,
  });
  const { settings } = data.state;
  if (settings !== undefined)
    wiring.modules.queries.add(NODE_SERVICE, nodeServiceQueries(settings));
  return OpenDoors.open({
    data,
    wiring,
    onThreadEnded: (reason) => {
      tell({ kind: "threadEnded", reason });
    },
  });
}

await main();
