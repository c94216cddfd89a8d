import { describe, expect, test } from "vitest";
import { chooseEndpoint, isHttpUrl, type Memory } from "./endpoint.js";

function memoryOf(entries: Readonly<Record<string, string>> = {}): Memory {
  const kept = new Map(Object.entries(entries));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => {
      kept.set(key, value);
    },
  };
}

function at(search: string): { protocol: string; hostname: string; search: string } {
  return { protocol: "http:", hostname: "chain.example", search };
}

describe("the endpoint", () => {
  test("is the usual port of the page's own host unless something says otherwise", () => {
    expect(chooseEndpoint(at(""), memoryOf(), {}).rpc).toBe("http://chain.example:26657");
  });

  test("is what the site says, with its genesis file and its faucet", () => {
    const doors = { rpc: "http://n0:1", rest: "http://r:3/" };
    const site = { ...doors, faucet: "http://f:2/", genesis: "genesis.json", other: 3 };
    expect(chooseEndpoint(at(""), memoryOf(), site)).toEqual({
      rpc: "http://n0:1",
      rest: "http://r:3",
      faucet: "http://f:2",
      genesis: "genesis.json",
    });
  });

  test("is what the address says, and is remembered", () => {
    const memory = memoryOf();
    const site = { rpc: "http://n0:1", rest: "http://n0:3", genesis: "genesis.json" };
    const first = chooseEndpoint(at("?rpc=http://other:5/"), memory, site);
    expect(first).toEqual({
      rpc: "http://other:5",
      rest: "http://other:1317",
      faucet: undefined,
      genesis: undefined,
    });
    expect(chooseEndpoint(at(""), memory, site).rpc).toBe("http://other:5");
    expect(chooseEndpoint(at("?rpc="), memory, site).rpc).toBe("http://n0:1");
  });

  test("has the REST door that wallets ask, beside the RPC unless something says otherwise", () => {
    const memory = memoryOf();
    expect(chooseEndpoint(at(""), memory, {}).rest).toBe("http://chain.example:1317");
    expect(chooseEndpoint(at("?rest=https://rest:4"), memory, {}).rest).toBe("https://rest:4");
    expect(chooseEndpoint(at("?rest="), memory, {}).rest).toBe("http://chain.example:1317");
  });

  test.each(["javascript:alert(1)", "ftp://x", "http://", "n0:26657"])(
    "is never %s, and nothing is remembered then",
    (rpc) => {
      const memory = memoryOf();
      const found = chooseEndpoint(at(`?rpc=${encodeURIComponent(rpc)}`), memory, {});
      expect(found.rpc).toBe("http://chain.example:26657");
      expect(memory.getItem("aivm.rpc")).toBeNull();
      expect(isHttpUrl(rpc)).toBe(false);
    },
  );

  test.each([undefined, null, 5, "x", { rpc: 5 }])("a config of %j says nothing", (site) => {
    expect(chooseEndpoint(at(""), memoryOf(), site).rpc).toBe("http://chain.example:26657");
  });
});
