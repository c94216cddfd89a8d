import { expect, test } from "vitest";
import { createLogger, type LogFormat } from "./logger.js";
import { plainLine } from "./plainFormat.js";

function logged(
  format: LogFormat,
  isTTY = false,
): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const sink = { write: (text: string) => lines.push(text), isTTY };
  return { lines, log: createLogger({ level: "info", format, sink }) };
}

test("json lines carry level, time, module, message and fields, big integers included", () => {
  const { lines, log } = logged("json");
  log.child({ module: "node" }).info({ height: 7n }, "committed");
  log.debug("below the level");
  expect(lines).toHaveLength(1);
  const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>;
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT[0-9:.]+Z$/);
  expect(rest).toEqual({ level: "info", module: "node", height: 7, msg: "committed" });
});

test("plain lines are for people", () => {
  const { lines, log } = logged("plain");
  log.child({ module: "node" }).warn({ height: 7n, path: "/a" }, "committed");
  expect(lines[0]).toMatch(/^[0-9:.]{12} WRN node {7}committed height=7 path=\/a\n$/);
});

test("plain lines show the stack of an error below the message", () => {
  const { lines, log } = logged("plain");
  log.error({ err: new RangeError("too deep") }, "stopping");
  expect(lines[0]).toMatch(/ERR +stopping\n {2}RangeError: too deep\n {6}at /);
});

test("a terminal sees colours", () => {
  const { lines, log } = logged("plain", true);
  log.info("x");
  expect(lines[0]).toContain("\u001b[32mINF\u001b[39m");
});

test("what is no log line is left as it is", () => {
  expect(plainLine("panic: x\n", false)).toBe("panic: x\n");
  expect(plainLine("[1]\n", false)).toBe("[1]\n");
});
