import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { NodeMetrics, type WatchedSandbox } from "./nodeMetrics.js";

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

function metricsOf(metrics: NodeMetrics): readonly Metric[] {
  return metrics.registry.getMetricsAsArray() as unknown as readonly Metric[];
}

/** The rows of the table in the guide that name a metric. */
function documentedRows(): readonly string[] {
  const text = readFileSync(join(packageRoot(), "docs/guides/metrics.md"), "utf8");
  return text.split("\n").filter((line) => line.startsWith("| `aivm_"));
}

describe("metrics", () => {
  test("are what the guide lists, in its words and order", () => {
    const rows = metricsOf(new NodeMetrics()).map(({ name, type, labelNames, help }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(", ");
      return `| \`${name}\` | ${type} | ${labels} | ${help} |`;
    });
    expect(documentedRows()).toEqual(rows);
  });

  test("end in their unit", () => {
    for (const { name } of metricsOf(new NodeMetrics())) {
      expect(name).toMatch(/^aivm_[a-z_]+_(seconds|total|ratio|count|bytes|height)$/);
    }
  });

  test("count what happened", async () => {
    const metrics = new NodeMetrics();
    metrics.startedAt(6n);
    metrics.blockExecuted(0.004, [
      { code: 0, codespace: "" },
      { code: 5, codespace: "sdk" },
    ]);
    metrics.blockCommitted(7n, 0.02);
    metrics.mempoolChecked("new", false);
    metrics.internalFault("tx");
    metrics.batch("assigned");
    metrics.executed("ok", 0.3);
    metrics.noReceipt("timeout");
    metrics.availability({ conforms: true, available: false });
    metrics.query("answered");
    const text = await metrics.render();
    const expected = [
      "aivm_block_height 7",
      'aivm_block_execution_seconds_bucket{le="0.005"} 1',
      'aivm_block_execution_seconds_bucket{le="0.0025"} 0',
      "aivm_block_commit_seconds_sum 0.02",
      'aivm_txs_total{result="ok"} 1',
      'aivm_txs_total{result="sdk/5"} 1',
      'aivm_mempool_checks_total{kind="new",result="refused"} 1',
      'aivm_internal_faults_total{place="tx"} 1',
      'aivm_inference_batches_total{outcome="assigned"} 1',
      'aivm_inference_executions_total{status="ok"} 1',
      "aivm_inference_execution_seconds_count 1",
      'aivm_inference_no_receipts_total{reason="timeout"} 1',
      "aivm_conformance_ratio 1",
      "aivm_inference_available_ratio 0",
      'aivm_queries_total{result="answered"} 1',
    ];
    expect(text.split("\n")).toEqual(expect.arrayContaining(expected));
  });

  test("ask the node for what it is at when they are scraped", async () => {
    const metrics = new NodeMetrics();
    let processes = 2;
    const sandbox = (): WatchedSandbox => ({
      processes,
      loadedVersions: 5,
      loadedBytes: 6,
      residentBytes: 7,
      hits: 8,
      loads: 9,
      evictions: 10,
    });
    metrics.watch(() => ({ sandbox: sandbox(), openBatches: 3, queriesWaiting: 4 }));
    const first = await metrics.render();
    expect(first).toContain("aivm_inference_children_count 2\n");
    expect(first).toContain("aivm_inference_open_batches_count 3\n");
    expect(first).toContain("aivm_queries_waiting_count 4\n");
    expect(first).toContain("aivm_sandbox_loaded_versions_count 5\n");
    expect(first).toContain("aivm_sandbox_loaded_bytes 6\n");
    expect(first).toContain("aivm_sandbox_resident_bytes 7\n");
    processes = 1;
    const second = await metrics.render();
    expect(second).toContain("aivm_inference_children_count 1\n");
    // Totals are those of the sandbox, not added up by scraping.
    expect(second).toContain("aivm_sandbox_warm_hits_total 8\n");
    expect(second).toContain("aivm_sandbox_loads_total 9\n");
    expect(second).toContain("aivm_sandbox_evictions_total 10\n");
  });
});
