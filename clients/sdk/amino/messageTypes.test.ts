import { expect, test } from "vitest";
import { aminoName } from "#core/codec/amino/toAmino.js";
import { genesisModules } from "#node/genesis/createGenesis.js";
import { aminoConverters } from "./cosmJsTypes.js";
import { signedTypes } from "./messageTypes.js";

const taken = genesisModules()
  .msgs.routes()
  .map(({ codec }) => codec);

test("every message that the chain takes can be signed as amino JSON, each by a name of its own", () => {
  const known = signedTypes();
  const missing = taken.filter(({ typeUrl }) => known.find(typeUrl) === undefined);
  expect(missing.map(({ typeUrl }) => typeUrl)).toEqual([]);
  expect(taken.length).toBeGreaterThan(20);
  const names = taken.map(aminoName);
  expect(new Set(names).size).toBe(names.length);
});

test("CosmJS is given every message of our own", () => {
  const given = Object.keys(aminoConverters());
  const own = taken.map(({ typeUrl }) => typeUrl).filter((url) => url.startsWith("/aivm."));
  expect(own.filter((url) => !given.includes(url))).toEqual([]);
});
