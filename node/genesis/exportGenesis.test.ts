import { describe, expect, test } from "vitest";
import { storeKeyList } from "#app/stores.js";
import { wire } from "#app/wiring.js";
import { Context } from "#core/baseapp/context.js";
import { parseInstant } from "#core/codec/civilTime.js";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import { utf8 } from "#core/primitives/bytes.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import { openStore } from "#core/store/multistore.js";
import { inertAggregator } from "#test/harness/aggregators.js";
import { caught } from "#test/harness/caught.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";
import { MemoryNetwork } from "#test/harness/memoryNetwork.js";
import { MemoryNode } from "#test/harness/memoryNode.js";
import { testInput } from "#test/harness/testKernel.js";
import { createGenesis, genesisModules } from "./createGenesis.js";
import { badChainId, nothingToExport, openWork } from "./errors.js";
import { exportGenesisDoc } from "./exportGenesis.js";
import type { GenesisDoc } from "./genesisDoc.js";
import { validateGenesisDoc } from "./validateGenesis.js";

const CHAIN_ID = "aivm-test-1";
const ORIGIN = createGenesis(genesisModules(), {
  chainId: CHAIN_ID,
  time: new Date("2023-11-14T22:13:20Z"),
  beacon: new Uint8Array(32),
});

function exported(chain: InferenceChain, chainId = CHAIN_ID): GenesisDoc {
  const { store, wiring } = chain.node;
  return exportGenesisDoc({ reader: store, modules: wiring.modules, origin: ORIGIN, chainId });
}

/** The sections of a chain that starts from a file, before its first block. */
function sectionsAfterImport(doc: GenesisDoc): JsonObject {
  const wiring = wire({
    aggregator: inertAggregator,
    minGasPrices: [],
    onFault: (fault) => {
      throw fault;
    },
  });
  const stores = storeKeyList(wiring.stores);
  const store = openStore({ memory: true, stores, chainId: doc.chain_id });
  const instant = parseInstant(doc.genesis_time)!;
  const header = {
    chainId: doc.chain_id,
    height: BigInt(doc.initial_height),
    timeNs: instant.seconds * NS_PER_SECOND + BigInt(instant.nanos),
    proposerAddress: new Uint8Array(0),
  };
  const branch = store.branch();
  wiring.modules.initGenesis(
    new Context({ header, mode: "genesis", branch }),
    new Map<string, JsonValue>(Object.entries(doc.app_state)),
  );
  const last = { ...header, height: header.height - 1n };
  return wiring.modules.exportGenesis(new Context({ header: last, mode: "query", branch }));
}

describe("an exported state", () => {
  test("goes on at the next height, with the same validators, extensions enabled from there", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    await chain.run(3);
    const doc = exported(chain);
    expect(doc).toMatchObject({
      chain_id: CHAIN_ID,
      initial_height: "5",
      genesis_time: "2023-11-14T22:13:24Z",
      consensus_params: {
        block: ORIGIN.consensus_params["block"],
        abci: { vote_extensions_enable_height: "5" },
      },
    });
    expect(validateGenesisDoc(doc)).toHaveLength(4);
  });

  test("is that of a chain that starts from it, whatever is under way", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    await chain.request("echo", [testInput(1)]);
    await chain.run(6);
    await chain.request("echo", [testInput(2), testInput(3)]);
    for (let block = 0; block < 8; block++) {
      await chain.request("echo", [testInput(block)]);
      const doc = exported(chain);
      validateGenesisDoc(doc);
      expect(sectionsAfterImport(doc)).toEqual(doc.app_state);
    }
  });

  test("lets the chain go on: what is under way ends as it would have", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const ids: bigint[] = [];
    for (let block = 0; block < 4; block++) {
      ids.push(await chain.request("echo", [testInput(block)]));
    }
    const doc = exported(chain);
    const nodes = chain.network.nodes.map(({ validator }) => new MemoryNode(CHAIN_ID, validator));
    const { height, timeNs } = chain.network;
    const state = utf8(JSON.stringify(doc.app_state));
    const next = new MemoryNetwork(CHAIN_ID, nodes, state, { height, timeNs });
    const { wiring } = nodes[0]!;
    await next.run(10);
    await chain.run(10);
    for (const id of ids) {
      const request = wiring.keepers.inference.getRequest(nodes[0]!.context(), id);
      expect(request.status).toBe(RequestStatus.FULFILLED);
      expect(request.fees).toEqual(chain.getRequest(id).fees);
    }
    const ctx = nodes[0]!.context();
    for (const { name, check } of wiring.modules.invariants()) {
      expect([name, check(ctx)]).toEqual([name, undefined]);
    }
    expect(wiring.modules.exportGenesis(ctx)["inference"]).toMatchObject({ faults: [] });
  });

  test("takes another chain id once all work is done", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const id = await chain.request("echo", [testInput(1)]);
    const error = caught(() => exported(chain, "aivm-test-2"));
    expect(openWork.is(error)).toBe(true);
    expect(String(error)).toContain("1 request(s) and 0 batch(es) are open");
    await chain.runUntil(() => chain.getRequest(id).paid, 50);
    await chain.run(2);
    const doc = exported(chain, "aivm-test-2");
    expect(doc.chain_id).toBe("aivm-test-2");
    expect(sectionsAfterImport(doc)).toEqual(doc.app_state);
  });

  test("needs a chain id that is one", async () => {
    const chain = await InferenceChain.start({ validators: 1 });
    expect(badChainId.is(caught(() => exported(chain, "nameless")))).toBe(true);
  });
});

test("without a block there is nothing to export", () => {
  const { stores, modules } = wire({
    aggregator: inertAggregator,
    minGasPrices: [],
    onFault: () => undefined,
  });
  const reader = openStore({ memory: true, stores: storeKeyList(stores), chainId: CHAIN_ID });
  const error = caught(() =>
    exportGenesisDoc({ reader, modules, origin: ORIGIN, chainId: CHAIN_ID }),
  );
  expect(nothingToExport.is(error)).toBe(true);
});
