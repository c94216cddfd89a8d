import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { defineError } from "#core/primitives/errors.js";
import { runCommand } from "#test/harness/clientCommand.js";
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

test("the help tells what exit codes mean", async () => {
  const { stdout } = await attempt("--help");
  for (const line of ["0  the command did", "1  it failed", "2  it was used wrongly"]) {
    expect(stdout).toContain(`\n  ${line}`);
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
    },
  );
});

function commandsOf(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...commandsOf(child)]);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
