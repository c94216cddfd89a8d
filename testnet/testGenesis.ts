import { BASE_DENOM } from "#app/chain.js";
import { GenesisState as InferenceGenesis } from "#core/codec/generated/aivm/inference/v1.js";
import { GenesisState as KernelGenesis } from "#core/codec/generated/aivm/kernel/v1.js";
import type { ModuleManager } from "#core/baseapp/moduleManager.js";
import { coin } from "#core/primitives/coin.js";
import { createGenesis } from "#node/genesis/createGenesis.js";
import { addGenesisAccount } from "#node/genesis/genesisAccounts.js";
import { editSection, type GenesisDoc } from "#node/genesis/genesisDoc.js";

/** A network for trying things out. */
export interface TestGenesisOptions {
  readonly chainId: string;
  readonly time: Date;
  /** Bech32 addresses of the operators' accounts. */
  readonly operators: readonly string[];
  /** Bech32 address of the account that everybody may use. */
  readonly user: string;
}

/** What an operator stakes on itself: 100,000 NES. */
export const TEST_STAKE = 100_000_000_000n;

/** The stake, and as much again for fees and experiments. */
const OPERATOR_FUNDS = 2n * TEST_STAKE;

/** Ten million NES: enough to publish every model that fits, and to fund other accounts. */
const USER_FUNDS = 10_000_000_000_000n;

/** Pay is held until the window closes: nobody wants to wait for more than a few seconds here. */
const CHALLENGE_WINDOW_BLOCKS = 5n;

/**
 * All nodes share one machine, which may be busy with other things: nobody is at fault for silence
 * before it has lasted this many blocks. An answer that is there is not held up.
 */
const GRACE = { graceProposers: 10, maxGraceBlocks: 20n } as const;

/** Sample kernels of this repository that aggregate by code. */
const CODE_KERNELS: readonly string[] = ["iris"];

/** Genesis of a test network, before genesis transactions are collected. */
export function testGenesis(modules: ModuleManager, options: TestGenesisOptions): GenesisDoc {
  const { chainId, time, operators, user } = options;
  const accounts = [
    { address: user, coins: [coin(BASE_DENOM, USER_FUNDS)] },
    ...operators.map((address) => ({ address, coins: [coin(BASE_DENOM, OPERATOR_FUNDS)] })),
  ];
  const funded = accounts.reduce(
    (doc, account) => addGenesisAccount(doc, modules, account),
    createGenesis(modules, { chainId, time }),
  );
  return withTestParams(funded, modules);
}

function withTestParams(doc: GenesisDoc, { types: registry }: ModuleManager): GenesisDoc {
  const kernel = { name: "kernel", codec: KernelGenesis, registry };
  const named = editSection(doc, kernel, (section) => ({
    ...section,
    params: { ...section.params, codeAggregationKernels: [...CODE_KERNELS] },
  }));
  const inference = { name: "inference", codec: InferenceGenesis, registry };
  return editSection(named, inference, (section) => ({
    ...section,
    params: {
      ...section.params,
      ...GRACE,
      challengeWindowBlocks: CHALLENGE_WINDOW_BLOCKS,
    },
  }));
}
