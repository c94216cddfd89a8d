import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fastify, type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT_TYPES } from "#cmd/aivmd/commands/query/clientTypes.js";
import { manifestOf } from "#cmd/aivmd/commands/kernel/checkSource.js";
import { readKernelSource } from "#cmd/aivmd/commands/kernel/kernelSource.js";
import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { type JsonObject, toJson } from "#core/codec/json.js";
import { sampleManifest } from "#test/harness/sampleManifest.js";
import { MANIFEST_SCHEMA, manifestSchema, unusedRules } from "./manifestSchema.js";

const json = (manifest: Manifest): JsonObject =>
  toJson(Manifest, manifest, CLIENT_TYPES) as JsonObject;

/** A kernel of this repository, with digests in place of its vectors' outputs. */
function kernel(name: string): Manifest {
  const folder = fileURLToPath(new URL(`../../kernels/${name}`, import.meta.url));
  return manifestOf(readKernelSource(folder), [new Uint8Array(32)]);
}

// fastify checks bodies by JSON schema: the validator that is there anyway.
let server: FastifyInstance;

beforeAll(async () => {
  const customOptions = { coerceTypes: false, removeAdditional: false, strict: false } as const;
  server = fastify({ ajv: { customOptions } });
  server.post("/", { schema: { body: manifestSchema() } }, () => ({}));
  await server.ready();
});

afterAll(() => server.close());

async function problemOf(body: object): Promise<string> {
  const answer = await server.inject({ method: "POST", url: "/", body });
  return answer.statusCode === 200 ? "" : answer.json<{ message: string }>().message;
}

describe("docs/spec/manifest.schema.json", () => {
  it("is what the code gives; tools/aivmfile/main.ts writes it", () => {
    expect(JSON.parse(readFileSync(MANIFEST_SCHEMA, "utf8"))).toEqual(manifestSchema());
    expect(unusedRules()).toEqual([]);
  });

  it.each([
    ["digits", () => kernel("digits")],
    ["iris", () => kernel("iris")],
    ["shakespeare", () => kernel("shakespeare")],
    ["the harness's", () => sampleManifest()],
  ])("fits the manifest of %s", async (_name, manifest) => {
    expect(await problemOf(json(manifest()))).toBe("");
  });

  it.each([
    ["name", { name: "Digits" }, "body/name must match pattern"],
    ["an unknown field", { colour: "red" }, "must NOT have additional properties"],
    ["a digest", { inference_code_digest: "AAAA" }, "body/inference_code_digest must match"],
    ["a number in place of a string", { price: 3 }, "body/price must be string"],
    ["no inputs", { inputs: [] }, "body/inputs must NOT have fewer than 1 items"],
    ["hardware", { hardware: "gpu" }, "body/hardware must be equal to constant"],
  ])("does not fit a manifest with a wrong %s", async (_what, change, problem) => {
    expect(await problemOf({ ...json(sampleManifest()), ...change })).toContain(problem);
  });

  it("does not fit one that lacks a field", async () => {
    const entries = Object.entries(json(sampleManifest())).filter(([name]) => name !== "limits");
    expect(await problemOf(Object.fromEntries(entries))).toContain(
      "must have required property 'limits'",
    );
  });
});
