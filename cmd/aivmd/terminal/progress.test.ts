import { expect, test } from "vitest";
import { createProgress } from "./progress.js";

function stream(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  const write = (text: string): number => written.push(text);
  return { written, write, isTTY, ...(columns === undefined ? {} : { columns }) };
}

test("on a terminal one line is drawn again and again, never wider than the terminal", () => {
  const terminal = stream(true, 30);
  const progress = createProgress(terminal, { label: "upload", total: 4 });
  progress.update(1, "a long note that does not fit");
  progress.finish("done");
  const [first = "", last] = terminal.written;
  expect(first.startsWith("\r\u001b[2Kupload ██████░░░░░░")).toBe(true);
  expect(Array.from(first.replace("\r\u001b[2K", ""))).toHaveLength(29);
  expect(last).toBe("\r\u001b[2Kdone\n");
});

test("elsewhere a line is written for every tenth of the work", () => {
  const file = stream(false);
  const progress = createProgress(file, { label: "upload", total: 200 });
  for (let done = 0; done <= 200; done++) progress.update(done, `chunk ${done}`);
  progress.finish("uploaded");
  expect(file.written).toHaveLength(12);
  expect(file.written[0]).toBe("upload: 0 % chunk 0\n");
  expect(file.written[5]).toBe("upload: 50 % chunk 100\n");
  expect(file.written.slice(-2)).toEqual(["upload: 100 % chunk 200\n", "uploaded\n"]);
});

test("work of no size is done at once, and more than all is all", () => {
  const file = stream(false);
  createProgress(file, { label: "nothing", total: 0 }).update(0);
  createProgress(file, { label: "much", total: 2 }).update(5);
  expect(file.written).toEqual(["nothing: 100 %\n", "much: 100 %\n"]);
});
