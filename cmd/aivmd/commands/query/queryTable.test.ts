import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { NODE_SERVICE, nodeServiceQueries } from "#app/query/nodeService.js";
import { wire } from "#app/wiring.js";
import { noAggregator } from "#server/query/noAggregator.js";
import { runCommand } from "#test/harness/clientCommand.js";
import { CLIENT_TYPES } from "./clientTypes.js";
import { exampleOf, sampleOf } from "./examples.js";
import { readField } from "./fieldText.js";
import { kebabCase, QUERY_COMMANDS } from "./queryTable.js";
import { registerQuery } from "./register.js";

const wiring = wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
const settings = { minGasPrices: [], pruning: undefined, haltHeight: undefined };
// As the query threads add it: it is of the node, not of the state.
wiring.modules.queries.add(NODE_SERVICE, nodeServiceQueries(settings));

/** Methods that are no query of people: `aivmd tx … --dry-run`, `tx decode` and `tx encode` do these. */
const NOT_FOR_PEOPLE = ["Simulate", "TxDecode", "TxEncode"].map(
  (name) => `/cosmos.tx.v1beta1.Service/${name}`,
);

describe("the table of queries", () => {
  it("has a command for every method that the chain answers, and for no other", () => {
    const answered = wiring.modules.queries
      .routes()
      .map(({ service, method }) => `/${service.typeName}/${method.name}`)
      .filter((path) => !NOT_FOR_PEOPLE.includes(path));
    expect(QUERY_COMMANDS.map(({ path }) => path).sort()).toEqual([...answered].sort());
  });

  it("gives every command of a group names of its own", () => {
    const names = QUERY_COMMANDS.flatMap(({ group, name, aliases }) =>
      [name, ...aliases].map((one) => `${group} ${one}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("sets every field of a request by an argument or a flag, but those that are hidden", () => {
    for (const { path, method, positional, flags, paged } of QUERY_COMMANDS) {
      const set = [...positional, ...flags].map(({ protoName }) => protoName);
      const all = method.request.fields.map(({ protoName }) => protoName);
      const left = all.filter((name) => !set.includes(name) && !(paged && name === "pagination"));
      expect([path, left]).toEqual([path, path.endsWith("/AccountAddressByID") ? ["id"] : []]);
    }
  });

  it("has an example of every command that the command takes", () => {
    for (const query of QUERY_COMMANDS) {
      for (const field of query.positional) {
        const sample = sampleOf(field);
        expect(sample, `${query.path} ${field.protoName}`).not.toBe("");
        expect(() => readField(field, sample, field.name)).not.toThrow();
      }
    }
  });

  it("shows the example in the help of every command", async () => {
    for (const query of QUERY_COMMANDS) {
      const help = await runCommand([registerQuery], ["query", query.group, query.name, "--help"]);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain(exampleOf(query));
    }
  });

  it("has no field whose flag would hide one of every command", () => {
    const program = new Command();
    registerQuery(program, { environment: {} } as never);
    for (const { flags } of QUERY_COMMANDS) {
      for (const { protoName } of flags) {
        expect(["height", "node", "limit", "offset", "output", "home"]).not.toContain(protoName);
      }
    }
  });
});

describe("names of commands", () => {
  it.each([
    ["AllBalances", "all-balances"],
    ["KernelById", "kernel-by-id"],
    ["denom_metadata", "denom-metadata"],
  ])("writes %s as %s", (name, kebab) => {
    expect(kebabCase(name)).toBe(kebab);
  });
});

describe("the types that answers may hold", () => {
  it("are all that the chain knows", () => {
    const { modules, msgs } = wiring.modules;
    const known = [
      ...modules.flatMap(({ types }) => types),
      ...msgs.routes().flatMap(({ codec, responseCodec }) => [codec, responseCodec]),
    ];
    const missing = known.filter(({ typeUrl }) => CLIENT_TYPES.find(typeUrl) === undefined);
    expect(missing.map(({ typeUrl }) => typeUrl)).toEqual([]);
  });
});
