/** Words that only networks for trying things out have in their names. */
const TEST_WORD = /^(?:test|local|dev|demo|bench)(?:net)?$/;
/** The same at the end of a longer word, where it cannot be part of another one. */
const TEST_ENDING = /(?:test|local|dev|demo|bench)net$/;
const MAIN_WORD = /main(?:net)?$/;

/**
 * Whether a chain id says that it is a test network's. Its words are its runs of letters, in any
 * case. One of them is `test`, `local`, `dev`, `demo` or `bench`, alone or with `net` after it, or
 * ends with the latter (`nesatestnet-3`); and none is or ends with `main` or `mainnet`. So
 * `aivm-test-1` is one, and `aivm-1`, `latest-1`, `device-1` and `mainnet-test-1` are none.
 */
export function isTestChainId(chainId: string): boolean {
  const words = chainId.toLowerCase().match(/[a-z]+/g) ?? [];
  if (words.some((word) => MAIN_WORD.test(word))) return false;
  return words.some((word) => TEST_WORD.test(word) || TEST_ENDING.test(word));
}
