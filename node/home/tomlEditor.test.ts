import { describe, expect, test } from "vitest";
import { parse } from "smol-toml";
import { caught } from "#test/harness/caught.js";
import { badSetting } from "./errors.js";
import { TomlEditor, type TomlScalar } from "./tomlEditor.js";

const FILE = `# head
name = "a # b"   # the name
list = ["x", "#y]"] # two

[first]
# port = 1
port = 1
on = false

[ second ] # with a comment
port = 2
text = 'single'
long = [
  1,
]
quoted = """
"""
`;

function edit(setting: string, value: TomlScalar): string {
  return new TomlEditor(FILE, "/home/x.toml").set(setting, value).toString();
}

describe("TomlEditor", () => {
  const cases: ReadonlyArray<readonly [string, TomlScalar, string, string]> = [
    ["name", "b", 'name = "a # b"   # the name', 'name = "b"   # the name'],
    ["list", ["*"], 'list = ["x", "#y]"] # two', 'list = ["*"] # two'],
    ["list", [], 'list = ["x", "#y]"] # two', "list = [] # two"],
    ["first.port", 3, "\nport = 1", "\nport = 3"],
    ["first.on", true, "on = false", "on = true"],
    ["second.port", 4, "port = 2", "port = 4"],
    ["second.text", 'say "hi"\\\u007f', "text = 'single'", 'text = "say \\"hi\\"\\\\\\u007f"'],
  ];
  test.each(cases)("sets %s and leaves everything else as it was", (setting, value, old, fresh) => {
    expect(edit(setting, value)).toBe(FILE.replace(old, fresh));
  });

  test("writes what a TOML reader takes for the same value", () => {
    const text = 'a"\\\u0001\u007f ü 😀';
    const written = parse(edit("second.text", text));
    expect(written["second"]).toMatchObject({ text });
  });

  test.each(["port", "first.text", "third.port", "first.port.deep"])(
    "refuses the setting %s, which the file does not have",
    (setting) => {
      const error = caught(() => edit(setting, 1));
      expect(badSetting.is(error)).toBe(true);
      expect(String(error)).toContain(`/home/x.toml: ${setting}: the file does not have it`);
    },
  );

  test.each(["second.long", "second.quoted"])("refuses %s, whose value has lines", (setting) => {
    expect(String(caught(() => edit(setting, 1)))).toContain("its value is not on one line");
  });
});
