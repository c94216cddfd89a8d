import { describe, expect, onTestFinished, test } from "vitest";
import { type HealthReport, judgeHealth, type NodeCondition } from "./healthReport.js";
import { TelemetryServer, type TelemetrySources } from "./telemetryServer.js";

const GOOD: NodeCondition = {
  height: 7n,
  committed: true,
  silentSeconds: 1,
  inferenceProblem: undefined,
};

describe("judgeHealth", () => {
  const cases: ReadonlyArray<readonly [string, Partial<NodeCondition>, HealthReport]> = [
    ["of a node that executes blocks is ok", {}, { status: "ok", height: 7, reasons: [] }],
    [
      "before the first commit is starting",
      { committed: false },
      { status: "starting", height: 7, reasons: ["no block was committed since the start"] },
    ],
    [
      "of a silent node is unavailable",
      { silentSeconds: 121.9 },
      {
        status: "unavailable",
        height: 7,
        reasons: ["no block was committed for 121 seconds"],
      },
    ],
    [
      "of a node whose inference is out of order is unavailable, starting or not",
      { committed: false, inferenceProblem: "other bits" },
      { status: "unavailable", height: 7, reasons: ["other bits"] },
    ],
  ];
  test.each(cases)("%s", (_name, change, expected) => {
    expect(judgeHealth({ ...GOOD, ...change })).toEqual(expected);
  });
});

async function serve(sources: Partial<TelemetrySources>): Promise<string> {
  const server = await TelemetryServer.listen(
    { host: "127.0.0.1", port: 0 },
    { metrics: () => Promise.resolve("m 1\n"), health: () => judgeHealth(GOOD), ...sources },
  );
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

describe("TelemetryServer", () => {
  test("serves metrics in Prometheus' form", async () => {
    const response = await fetch(`${await serve({})}/metrics?x=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("version=0.0.4");
    expect(await response.text()).toBe("m 1\n");
  });

  test("serves health as JSON", async () => {
    const response = await fetch(`${await serve({})}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok", height: 7, reasons: [] });
  });

  test("answers 503 while the node is not ok", async () => {
    const base = await serve({ health: () => judgeHealth({ ...GOOD, committed: false }) });
    const response = await fetch(`${base}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: "starting" });
  });

  test("knows nothing else", async () => {
    const base = await serve({});
    expect((await fetch(`${base}/`)).status).toBe(404);
    expect((await fetch(`${base}/health`, { method: "POST" })).status).toBe(405);
  });

  test("answers 500 without details when a source fails", async () => {
    const base = await serve({ metrics: () => Promise.reject(new Error("secret")) });
    const response = await fetch(`${base}/metrics`);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("internal error\n");
  });

  test("fails to listen where somebody listens", async () => {
    const port = Number(new URL(await serve({})).port);
    const sources = { metrics: () => Promise.resolve(""), health: () => judgeHealth(GOOD) };
    await expect(TelemetryServer.listen({ host: "127.0.0.1", port }, sources)).rejects.toThrow(
      "EADDRINUSE",
    );
  });
});
