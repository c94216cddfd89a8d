import { DoorCalls, type NodeService } from "#server/doors/doorCalls.js";
import { RestDoor, type RestDoorOptions } from "#server/rest/restDoor.js";
import { buildGenesis } from "./genesis.js";
import { TestAccount, TestValidator } from "./identities.js";
import { MemoryNetwork } from "./memoryNetwork.js";
import { MemoryNode, type NodeOptions } from "./memoryNode.js";

const CHAIN_ID = "aivm-test-1";
const BLOCKS = 3;

/** A real chain of one validator in memory, and the calls of its doors. */
export interface DoorChain {
  readonly node: MemoryNode;
  readonly calls: DoorCalls;
  /** Accounts with coins, by their place. */
  readonly accounts: readonly TestAccount[];
}

/** Coins of each account, in unes. */
export const DOOR_BALANCE_UNES = 200_000_000n;

/** Starts the chain, at height 3. */
export async function doorChain(
  nodeServices: readonly NodeService[] = [],
  options: NodeOptions = {},
): Promise<DoorChain> {
  const validator = new TestValidator("validator-0");
  const node = new MemoryNode(CHAIN_ID, validator, options);
  const accounts = Array.from({ length: 5 }, (_, index) => new TestAccount(`account-${index}`));
  const genesis = buildGenesis(node.wiring, {
    chainId: CHAIN_ID,
    validators: [validator],
    accounts,
    balance: DOOR_BALANCE_UNES,
  });
  await new MemoryNetwork(CHAIN_ID, [node], genesis).run(BLOCKS);
  const calls = new DoorCalls({
    routes: node.wiring.modules.queries,
    query: (request) => Promise.resolve(node.queries.abciQuery(request)),
    nodeServices,
  });
  return { node, calls, accounts };
}

/** Opens a REST door of the chain on a free port, with limits that are in nobody's way. */
export function openRest(
  { calls, node }: DoorChain,
  options: Partial<RestDoorOptions> = {},
): Promise<RestDoor> {
  const { types } = node.wiring.modules;
  return RestDoor.listen(
    { calls, types },
    {
      host: "127.0.0.1",
      port: 0,
      cors: true,
      maxConnections: 100,
      maxBodyBytes: 100_000,
      readTimeoutMs: 5_000,
      idleTimeoutMs: 5_000,
      ...options,
    },
  );
}
