import { INERT_APPLICATION } from "#core/abci/inertApplication.js";
import { AbciServer } from "#core/abci/server.js";
import { socketAddress } from "#core/abci/socketAddress.js";
import { uint64ToBytes } from "#core/primitives/bytes.js";

/** Serves an application whose app hash is the number of transactions so far. */
export function serveTally(home: string, stop: (reason: string) => void): Promise<AbciServer> {
  let tally = 0n;
  return AbciServer.listen({
    address: socketAddress(home).proxyApp,
    application: {
      ...INERT_APPLICATION,
      finalizeBlock: (block) => {
        tally += BigInt(block.txs.length);
        return { ...INERT_APPLICATION.finalizeBlock(block), appHash: uint64ToBytes(tally) };
      },
    },
    onFatal: ({ call, error }) => {
      stop(`${call} failed: ${String(error)}`);
    },
  });
}
