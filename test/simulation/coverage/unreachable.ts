const GENESIS = "only a genesis file can have it; the module's genesis tests do";
const QUERY = "only queries answer it";
const OFFLINE = "only tools that compile a kernel meet it, before anything is sent";
const RESERVED = "a code of the Cosmos SDK that nothing here answers; kept so that none takes it";

/** Targets that no transaction of a simulation can reach, with the reason. */
export const UNREACHABLE: ReadonlyMap<string, string> = new Map([
  ["error auth/2", GENESIS],
  ["error bank/100", GENESIS],
  ["error inference/13", GENESIS],
  ["error inference/17", GENESIS],
  ["error kernel/118", GENESIS],
  ["error kernel/119", GENESIS],
  ["error kernel/129", "libraries and data of 16 MiB; artifacts of simulations have 5,000 bytes"],
  ["error reward/2", GENESIS],
  ["error reward/3", GENESIS],
  ["error staking/100", GENESIS],
  ["error inference/14", QUERY],
  ["error inference/15", QUERY],
  ["error inference/16", QUERY],
  ["error sdk/22", QUERY],
  ["error sdk/26", QUERY],
  ["error kernel/10", OFFLINE],
  ["error kernel/11", OFFLINE],
  ["error kernel/12", OFFLINE],
  ["error kernel/13", OFFLINE],
  ["error inference/2", "peers refuse such a vote extension: `extensions-are-judged` counts them"],
  ["error inference/3", "nodes refuse such a proposal: `tampered-proposals-fall` counts them"],
  ["error sdk/3", RESERVED],
  ["error sdk/21", RESERVED],
  ["error sdk/24", RESERVED],
  ["error sdk/28", RESERVED],
  ["error sdk/29", RESERVED],
]);
