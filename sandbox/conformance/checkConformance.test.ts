import { beforeAll, describe, expect, it } from "vitest";
import type { Engines } from "../kernel/loadedKernel.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { checkConformance, computeConformanceDigests } from "./checkConformance.js";
import { CONFORMANCE_DIGESTS } from "./digests.js";

let engines: Engines;

beforeAll(() => {
  engines = { program: loadQuickJs(), runtime: new OnnxRuntime() };
});

describe("conformance", () => {
  it("holds on this machine", async () => {
    expect(await computeConformanceDigests(engines)).toEqual(CONFORMANCE_DIGESTS);
    expect(await checkConformance(engines)).toEqual({ conforms: true });
  });

  it("fails on a Node major that was not tested, saying so", async () => {
    const node = process.versions.node;
    Object.defineProperty(process.versions, "node", { value: "21.5.0" });
    try {
      const result = await checkConformance(engines);
      expect(result).toEqual({ conforms: false, reason: "Node 21 is not a tested version" });
    } finally {
      Object.defineProperty(process.versions, "node", { value: node });
    }
  });
});
