import { describe, expect, it } from "vitest";
import { compareGroup, type Digests, readAnswers } from "./answers.js";
import type { TargetResult } from "./runTarget.js";
import { renderTable, replaceTable } from "./table.js";
import { TARGETS } from "./targets.js";

const HOST = { architecture: "arm64", node: "20.1.0", v8: "11.3-node.1", vectors: true };
const FACTS = { date: "2026-01-02", command: "make test-cross", cpu: "a processor" };

function digests(operators: Readonly<Record<string, string>>): Digests {
  return new Map([["operators", new Map(Object.entries(operators))]]);
}

function result(over: Partial<TargetResult>): TargetResult {
  const [target] = TARGETS;
  return {
    target: target!,
    emulator: "",
    host: { ...HOST, fused: true },
    comparisons: [],
    gate: "conforms",
    problem: "",
    verdict: "equal",
    seconds: 7,
    ...over,
  };
}

describe("answers of a probe", () => {
  it("are read line by line, by group and name", () => {
    const lines = [
      { host: { ...HOST, fused: false } },
      { group: "operators", name: "a", digest: "01" },
      { group: "networks", name: "a", digest: "02" },
    ];
    const { host, digests: found } = readAnswers(
      lines.map((line) => JSON.stringify(line)).join("\n"),
    );
    expect(host.architecture).toBe("arm64");
    expect(found.get("operators")).toEqual(new Map([["a", "01"]]));
    expect(found.get("networks")).toEqual(new Map([["a", "02"]]));
  });

  it("without a host are none", () => {
    expect(() => readAnswers('{"group":"operators","name":"a","digest":"01"}')).toThrow(TypeError);
  });

  it("differ where a digest is another, missing or too many, and where there are none", () => {
    const expected = digests({ a: "01", b: "02", c: "03" });
    const found = digests({ a: "01", b: "ff", d: "04" });
    expect(compareGroup("operators", found, expected)).toEqual({
      group: "operators",
      vectors: 3,
      different: ["b", "c", "d"],
    });
    expect(compareGroup("operators", expected, expected).different).toEqual([]);
    expect(compareGroup("networks", found, expected).different).toEqual(["no vector ran"]);
  });
});

describe("the summary", () => {
  it("counts what is equal and names what is not", () => {
    const comparisons = [
      { group: "conformance" as const, vectors: 19, different: [] },
      { group: "operators" as const, vectors: 675, different: ["7 test_add in set 14"] },
    ];
    const table = renderTable([result({ comparisons, verdict: "different" })], FACTS);
    expect(table).toContain("Last written by `make test-cross` on 2026-01-02, on a processor.");
    expect(table).toContain(
      "| this CPU | 20.1.0, 11.3 | fused | 694 | 693 | 1: 7 test_add in set 14 | conforms | 7 |",
    );
  });

  it("never counts what did not run", () => {
    const table = renderTable(
      [
        result({ verdict: "not run", problem: "install the emulator" }),
        result({ verdict: "failed", problem: "ended with 1" }),
      ],
      FACTS,
    );
    expect(table).toContain("| this CPU |  |  | 0 | 0 | 0 | not run: install the emulator |  |");
    expect(table).toContain("| this CPU |  |  | 0 | 0 | 0 | failed: ended with 1 |  |");
  });

  it("keeps the rows of targets whose turn has not come", () => {
    const page = "| this CPU, QEMU 7 | 20.1.0 | fused | 9 | 9 | 0 | conforms | 5 |";
    const leftOut = result({ verdict: "left out" });
    expect(renderTable([leftOut], FACTS, page)).toContain(page);
    expect(renderTable([leftOut], FACTS)).toContain("| 0 | 0 | 0 | not run yet |");
    expect(renderTable([result({})], FACTS, page)).not.toContain(page);
  });

  it("goes between its marks and nowhere else", () => {
    const page = "a\n<!-- test-cross:begin -->\nold\n<!-- test-cross:end -->\nb\n";
    const replaced = "a\n<!-- test-cross:begin -->\n\nnew\n\n<!-- test-cross:end -->\nb\n";
    expect(replaceTable(page, "new")).toBe(replaced);
    expect(() => replaceTable("no marks", "new")).toThrow(TypeError);
  });
});
