import { dirname } from "node:path";
import { expect, test } from "vitest";
import { toHex } from "#core/primitives/bytes.js";
import { noEarlierVersion } from "#core/store/errors.js";
import { homeWith, openState } from "#test/harness/stoppedHome.js";
import { fakeComet } from "#test/harness/fakeComet.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { cometFailed } from "../comet/errors.js";
import { homeFile, homeLocked } from "../home/errors.js";
import { HomeLock } from "../home/homeLock.js";
import { type HomePaths, homePaths } from "../home/homePaths.js";
import { rollBack } from "./rollBack.js";

function heightOf(home: HomePaths): bigint | undefined {
  const store = openState(home);
  const { version } = store.committed() ?? {};
  store.close();
  return version;
}

/** A CometBFT that says that it stands at height 2 and notes how it was called. */
function comet(home: HomePaths, hash: string): Record<string, string> {
  const script = `echo "$@" > ${home.root}/called
    echo "Rolled back state to height 2 and hash ${hash.toUpperCase()}"`;
  return { COMETBFT: fakeComet(script) };
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(() => undefined).catch((error: unknown) => error);
}

test("the state and CometBFT go back by one block", async () => {
  const { home, hashes } = homeWith(3);
  const environment = comet(home, hashes[1]!);
  const { app, comet: reached } = await rollBack({ home, environment, hard: false });
  expect(app.height).toBe(2n);
  expect(toHex(app.appHash)).toBe(hashes[1]);
  expect(reached.height).toBe(2n);
  expect(toHex(reached.appHash)).toBe(hashes[1]);
  expect(heightOf(home)).toBe(2n);
});

test("the first block cannot be taken back", async () => {
  const { home } = homeWith(1);
  const error = await failure(rollBack({ home, environment: comet(home, ""), hard: false }));
  expect(noEarlierVersion.is(error)).toBe(true);
  expect(heightOf(home)).toBe(1n);
});

test("what CometBFT does not understand is passed on", async () => {
  const { home } = homeWith(2);
  const environment = { COMETBFT: fakeComet("echo cannot >&2; exit 3") };
  const error = await failure(rollBack({ home, environment, hard: true }));
  expect(cometFailed.is(error)).toBe(true);
  expect(String(error)).toContain("cometbft rollback failed: cannot");
  const silent = { COMETBFT: fakeComet("true") };
  const { home: other } = homeWith(3);
  const unread = await failure(rollBack({ home: other, environment: silent, hard: false }));
  expect(cometFailed.is(unread)).toBe(true);
});

test("a node that runs keeps its state", async () => {
  const { home } = homeWith(3);
  const lock = HomeLock.acquire(home.lock);
  const error = await failure(rollBack({ home, environment: comet(home, ""), hard: false }));
  lock.release();
  expect(homeLocked.is(error)).toBe(true);
  expect(heightOf(home)).toBe(3n);
});

test("a home without state is named", async () => {
  const home = homePaths(dirname(temporaryFile()));
  const error = await failure(rollBack({ home, environment: comet(home, ""), hard: false }));
  expect(homeFile.is(error)).toBe(true);
  expect(String(error)).toContain("data/state.db: does not exist; `aivmd start` makes it");
});
