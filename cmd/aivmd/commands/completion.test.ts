import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "#test/harness/clientCommand.js";
import { COMMAND_GROUPS } from "../root.js";

let script: string;

beforeAll(async () => {
  const { code, stdout, stderr } = await runCommand(COMMAND_GROUPS, ["completion", "bash"]);
  expect([code, stderr]).toEqual([0, ""]);
  script = stdout;
});

/** What bash offers for the last of some words. */
function offers(...words: readonly string[]): string[] {
  const line = words.map((word) => `"${word}"`).join(" ");
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _aivmd; echo "\${COMPREPLY[*]}"`;
  const printed = execFileSync("bash", ["-c", `${script}\n${ask}`], { encoding: "utf8" });
  return printed.trim().split(" ").filter(Boolean);
}

describe("completion in bash", () => {
  test.each([
    [["aivmd", "que"], ["query"]],
    [["aivmd", "tx", "ba"], ["bank"]],
    [
      ["aivmd", "tx", "bank", ""],
      expect.arrayContaining(["send", "multi-send", "--help", "--home"]),
    ],
    [["aivmd", "tx", "bank", "send", "nesa1x", "--fee"], ["--fees"]],
    [["aivmd", "--home", "/x", "keys", "add", "a", "--multisig-"], ["--multisig-threshold"]],
    [
      ["aivmd", "tx", "sign", "x.json", "--sign-mode", ""],
      ["direct", "amino-json"],
    ],
    [["aivmd", "status", "--output", "j"], ["json"]],
    [["aivmd", "fau"], ["faucet"]],
    [["aivmd", "chain"], ["chain-info"]],
    [
      ["aivmd", "faucet", "--per"],
      ["--per-address", "--per-ip"],
    ],
    [
      ["aivmd", "kernel", "run", "digits", "--ima"],
      ["--image", "--image-values"],
    ],
    [["aivmd", "completion", "--no-such"], []],
  ])("of %j", (words, expected) => {
    expect(offers(...words)).toEqual(expected);
  });
});

test("zsh gets the same script after what lets it read it, other shells are refused", async () => {
  const { stdout } = await runCommand(COMMAND_GROUPS, ["completion", "zsh"]);
  expect(stdout).toBe(`autoload -Uz bashcompinit && bashcompinit\n${script}`);
  const { code, stderr } = await runCommand(COMMAND_GROUPS, ["completion", "fish"]);
  expect(code).toBe(2);
  expect(stderr).toContain("Allowed choices are bash, zsh");
});
