import type { Wiring } from "#app/wiring.js";
import { wire } from "#app/wiring.js";
import type { JsonObject } from "#core/codec/json.js";
import { coin } from "#core/primitives/coin.js";
import { buildGenesis } from "#test/harness/genesis.js";
import type { SeededRandom } from "#test/harness/random.js";
import type { ChainStart } from "../network/simNode.js";
import { SimOperator } from "../network/simOperator.js";
import type { People } from "../world.js";
import { simAggregator } from "./aggregator.js";
import { SIM_KERNELS } from "./kernels.js";
import { inferenceParams, MAX_BLOCK_GAS, shortenGenesis } from "./params.js";

/** The one who signs twice and to whom nobody delegates, so that it can leave without a trace. */
export const FOOL = "fool";

/** Validators that may join while a network runs, with the least heights. */
export const JOINERS: ReadonlyArray<readonly [name: string, height: bigint]> = [
  ["joiner-0", 15n],
  ["joiner-1", 15n],
  [FOOL, 85n],
];

const CHAIN_ID = "aivm-sim-1";
const NS = 1_000_000_000n;
const GENESIS_TIME_NS = 1_700_000_000n * NS;
const UNIT = 1_000_000n;
const PAUPER_UNES = 600_000n;

/** A wiring for what needs codecs and routes but no state. */
export function looseWiring(): Wiring {
  return wire({ aggregator: simAggregator, minGasPrices: [], onFault: () => undefined });
}

/** A genesis with validators of random stake, none of a third, and kernels of every nature. */
export function startOf(
  given: { readonly random: SeededRandom; readonly isHarsh: boolean },
  people: People,
  operators: readonly SimOperator[],
): ChainStart {
  const { random, isHarsh } = given;
  const joiners = JOINERS.map(([name]) => new SimOperator(name).account);
  const { author, publishers, users, pauper } = people;
  const appState = buildGenesis(looseWiring(), {
    chainId: CHAIN_ID,
    validators: operators.map(({ validator }) => validator),
    stakes: operators.map(() => BigInt(90 + random.below(25)) * UNIT),
    accounts: [author, ...publishers, ...users, pauper, ...joiners],
    kernels: SIM_KERNELS.map(({ manifest }) => manifest),
    inference: inferenceParams(),
    edit: (state) => {
      shortenGenesis(state, isHarsh);
      distribute(state, people);
    },
  });
  return {
    chainId: CHAIN_ID,
    timeNs: GENESIS_TIME_NS,
    maxGas: MAX_BLOCK_GAS,
    appState,
    aggregator: simAggregator,
  };
}

/** Gives the first user stones, which nobody may send, and takes the pauper's riches. */
function distribute({ bank }: Record<string, JsonObject>, { users, pauper }: People): void {
  const state = bank as unknown as { params: JsonObject; balances: Balance[] };
  const [rich] = users;
  state.params["send_enabled"] = [{ denom: "stone", enabled: false }];
  for (const balance of state.balances) {
    if (balance.address === pauper.text) balance.coins = [coin("unes", PAUPER_UNES)];
    if (balance.address === rich?.text) balance.coins.unshift(coin("stone", 1_000_000n));
  }
}

interface Balance {
  readonly address: string;
  coins: Array<{ denom: string; amount: string }>;
}
