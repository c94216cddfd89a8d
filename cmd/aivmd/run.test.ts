import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { defineError } from "#core/primitives/errors.js";
import { runCommand } from "#test/harness/clientCommand.js";
import { EXIT_CODES } from "./exitCodes.js";
import type { CommandIo } from "./io.js";
import { COMMAND_GROUPS, createProgram } from "./root.js";
import { runs } from "./session.js";

const tooSmall = defineError("test", { code: 7, summary: "too small" });

/** A command that does what its argument says. */
function registerTry(program: Command, io: CommandIo): void {
  const command = program.command("try <what>").option("--number <n>", "a number");
  runs(command, io, ({ terminal }, _flags, [what]) => {
    if (what === "chain") throw tooSmall({ found: 1n, least: 5 });
    if (what === "bug") throw new InvariantError("never");
    if (what === "host") throw new Error("disk gone");
    terminal.show({ answer: 42n }, () => "the answer is 42");
  });
}

const attempt = (...argv: readonly string[]) => runCommand([registerTry], argv);

describe("a command", () => {
  test("that works prints its answer and ends with 0", async () => {
    expect(await attempt("try", "x")).toEqual({
      code: 0,
      stdout: "the answer is 42\n",
      stderr: "",
    });
    const { stdout } = await attempt("try", "x", "--output", "json");
    expect(JSON.parse(stdout)).toEqual({ answer: "42" });
  });

  test("that fails names codespace, code and facts, and ends with 1", async () => {
    expect(await attempt("try", "chain")).toEqual({
      code: 1,
      stdout: "",
      stderr: "error: test/7 too small (found 1, least 5)\n",
    });
  });

  test.each([
    [["try", "chain", "--output=json"]],
    [["try", "chain", "-o", "json"]],
    [["-ojson", "try", "chain"]],
  ])("that fails as %j writes a JSON object to stderr", async (argv) => {
    const { code, stdout, stderr } = await attempt(...argv);
    expect([code, stdout]).toEqual([1, ""]);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        codespace: "test",
        code: 7,
        message: "too small (found 1, least 5)",
        facts: { found: "1", least: 5 },
      },
    });
  });

  test("that fails by the host's fault says so without a code", async () => {
    expect((await attempt("try", "host")).stderr).toBe("error: disk gone\n");
  });

  test("that fails by a fault of the program shows where", async () => {
    const { code, stderr } = await attempt("try", "bug");
    expect(code).toBe(1);
    expect(stderr).toContain("error: never\nThis is a fault of aivmd itself:\nInvariantError");
  });
});

describe("wrong use ends with 2 and", () => {
  const cases: ReadonlyArray<readonly [readonly string[], string]> = [
    [["tri"], "unknown command 'tri'\n(Did you mean try?)"],
    [["try", "x", "--nuber", "1"], "unknown option '--nuber'\n(Did you mean --number?)"],
    [["--hom", "/x", "try", "x"], "unknown option '--hom'\n(Did you mean --home?)"],
    [["try"], "missing required argument 'what'"],
    [["try", "x", "y"], "too many arguments for 'try'"],
    [["try", "x", "--number"], "option '--number <n>' argument missing"],
    [["try", "x", "--output", "yaml"], "'yaml' is invalid. Allowed choices are text, json."],
  ];
  test.each(cases)("%j says what is wrong", async (argv, sentence) => {
    const { code, stdout, stderr } = await attempt(...argv);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("error: cli/2 ");
    expect(stderr).toContain(sentence);
  });

  test("no command at all shows the help", async () => {
    const { code, stderr } = await attempt();
    expect(code).toBe(2);
    expect(stderr).toContain("Usage: aivmd");
  });
});

test("the help and the guide tell what exit codes mean", async () => {
  const { stdout } = await attempt("--help");
  const guide = readFileSync(new URL("../../docs/guides/cli.md", import.meta.url), "utf8");
  const [, table = ""] = /\n## Exit codes\n(.*?)(?:\n## |$)/s.exec(guide) ?? [];
  const rows = [...table.matchAll(/^\| ([0-9]+) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => ({
    code: Number(code),
    meaning: meaning!.replaceAll("`", ""),
  }));
  expect(rows).toEqual(Object.values(EXIT_CODES));
  for (const { code, meaning } of rows) {
    expect(stdout).toContain(`\n  ${String(code).padEnd(4)} ${meaning}\n`);
  }
});

test("help and version end with 0", async () => {
  expect(await attempt("--help")).toMatchObject({ code: 0, stderr: "" });
  expect(await attempt("try", "--help")).toMatchObject({ code: 0, stderr: "" });
  expect(await attempt("--version")).toMatchObject({ code: 0, stdout: "0.1.0\n" });
});

describe("every command", () => {
  const io: CommandIo = {
    environment: {},
    stdin: process.stdin,
    stdout: { write: () => true },
    stderr: { write: () => true },
    signals: process,
  };
  const all = commandsOf(createProgram(io, COMMAND_GROUPS));

  test.each(all.map((command) => [pathOf(command), command] as const))(
    "%s has a description and an example",
    (_path, command) => {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      expect(command.description()).not.toBe("");
      expect(help).toMatch(/\nExamples:\n {2}\$ aivmd /);
      for (const [, line = ""] of help.matchAll(/^ {2}\$ (aivmd .*)$/gm)) checkExample(line);
    },
  );

  const misspelt = all.map((command) => [pathOf(command), command] as const);
  test.each(misspelt)(
    "%s is found where it is misspelt, and so are its flags",
    async (path, it) => {
      const words = path.split(" ").slice(1);
      const wrong = await runCommand(COMMAND_GROUPS, [...words.slice(0, -1), `${it.name()}z`]);
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toMatch(didYouMean(it.name()));
      const flags = it.options.flatMap(({ long }) => long ?? []);
      const flag = flags.find(({ length }) => length > "--v".length) ?? "--home";
      // A group has no flags to misspell, and what is needed is asked for first.
      if (it.commands.length > 0 || it.options.some(({ mandatory }) => mandatory)) return;
      const wrongFlag = await runCommand(COMMAND_GROUPS, [...words, `${flag}z`]);
      expect(wrongFlag.code).toBe(2);
      expect(wrongFlag.stderr).toMatch(didYouMean(flag));
    },
  );

  /** Every word that leads to a command does, and the command has every flag. */
  function checkExample(line: string): void {
    const words = line.split(/\s+/).slice(1);
    let at = createProgram(io, COMMAND_GROUPS);
    const known = at.options.flatMap(({ long }) => long ?? []);
    for (const word of words) {
      const next = at.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
      if (next === undefined) break;
      at = next;
      known.push(...at.options.flatMap(({ long }) => long ?? []));
    }
    for (const word of words.filter((one) => one.startsWith("--"))) {
      const [flag = ""] = word.split("=");
      expect([line, known]).toEqual([line, expect.arrayContaining([flag])]);
    }
  }
});

function didYouMean(word: string): RegExp {
  return new RegExp(`\\(Did you mean (?:one of .*)?${word}[,?)]`);
}

function commandsOf(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...commandsOf(child)]);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
