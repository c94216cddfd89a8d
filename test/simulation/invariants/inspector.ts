import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import type { BlockRequest } from "#core/abci/requests.js";
import { INTERNAL_CODE, SDK_CODESPACE } from "#core/primitives/sdkErrors.js";
import { digestOf } from "../network/outcomeDigest.js";
import type { SimNode } from "../network/simNode.js";
import { demand } from "../violation.js";
import type { World } from "../world.js";
import { checkFaults } from "./faults.js";
import { checkModules, checkSets, checkSupply } from "./state.js";
import { RequestLedger } from "./requestLedger.js";

/** Looks at every block: module invariants, and what holds of the network as a whole. */
export class Inspector {
  readonly #ledger = new RequestLedger();

  /** A decided block that is staged and not committed: executing it again changes nothing. */
  staged(node: SimNode, request: BlockRequest, outcome: FinalizeBlockResponse): void {
    if (request.height % REPEAT_EVERY !== 0n) return;
    const [first, again] = [outcome, node.app.finalizeBlock(request)].map(digestOf);
    demand(
      first?.appHash === again?.appHash && first?.results === again?.results,
      "execution-repeats",
      () => `height ${request.height}`,
    );
  }

  /** A committed block. */
  committed(world: World, outcome: FinalizeBlockResponse): void {
    checkInternal(world, outcome);
    checkModules(world);
    checkSupply(world);
    checkSets(world);
    checkFaults(world, outcome);
    this.#ledger.check(world);
  }
}

const REPEAT_EVERY = 5n;

/** No transaction meets a fault of the program, and no call hides one. */
function checkInternal({ network }: World, { txResults }: FinalizeBlockResponse): void {
  const internal = txResults.find(
    ({ code, codespace }) => code === INTERNAL_CODE && codespace === SDK_CODESPACE,
  );
  const nodes = [network.observer, ...network.participants.map(({ node }) => node)];
  const faults = nodes.flatMap((node) => node.faults);
  demand(internal === undefined && faults.length === 0, "no-internal-faults", () =>
    [internal?.log ?? "", ...faults].join("\n"),
  );
}
