import { describe, expect, test } from "vitest";
import { printed, treeOf } from "../treeOf.js";
import { checkModuleTable } from "./moduleTable.js";
import { checkReadmeTables } from "./readmeTables.js";

const ERRORS = `
  import { defineError } from "#core/primitives/errors.js";
  export const CODESPACE = "bank";
  /** Nobody sends. */
  export const noInputs = defineError(CODESPACE, { code: 2, summary: "no inputs" });
  export const noOutputs = defineError("bank", {
    code: 3,
    summary: "no outputs",
    sentence: () => "x",
  });
`;
const EVENTS = `
  export function sent(from: string): Event {
    return event("bank.sent", [["from", from], ...amountOf(1n)]);
  }
  export function sentToMany(): Event {
    return event("bank.sent", [["recipients", 2]]);
  }
  function amountOf(amount: bigint) {
    return [["amount", amount]];
  }
`;
const KEYS = `
  export const BANK_STORE = "bank";
  export const PREFIX = { supply: 0x00, balance: 0x0a } as const;
`;

const GOOD = `# Bank

## State

| prefix | key → value |
|---|---|
| 0x00, 0x0a | supply; balances |

## Events

| type | attributes | when |
|---|---|---|
| \`bank.sent\` | \`from\`, \`amount\` (with \`reason\`) or \`recipients\` | coins moved |

## Errors

| code | name | phrase |
|---|---|---|
| 2 | \`noInputs\` | no inputs |
| 3 | \`noOutputs\` | no outputs |
`;

const bank = (readme: string, changes: Readonly<Record<string, string>> = {}) =>
  treeOf({
    "modules/bank/README.md": readme,
    "modules/bank/types/errors.ts": ERRORS,
    "modules/bank/types/events.ts": EVENTS,
    "modules/bank/types/keys.ts": KEYS,
    ...changes,
  });

const offencesOf = (readme: string, changes = {}) =>
  printed(checkReadmeTables(bank(readme, changes)));

test("tables that are equal to the code are tidy", () => {
  expect(offencesOf(GOOD)).toEqual([]);
});

describe("errors", () => {
  test("of another phrase, name or code are named with the place in the code", () => {
    const [phrase] = offencesOf(GOOD.replace("| no inputs |", "| nobody sends |"));
    expect(phrase).toBe(
      `modules/bank/README.md:19: bank/2 is "noInputs: no inputs" in ` +
        `modules/bank/types/errors.ts:5, not "noInputs: nobody sends": make them equal`,
    );
    const [name] = offencesOf(GOOD.replace("`noInputs`", "`noInput`"));
    expect(name).toContain(`not "noInput: no inputs"`);
    expect(offencesOf(GOOD.replace("| 3 |", "| 4 |"))).toEqual([
      "modules/bank/README.md:20: bank/4 is not in the code: remove the row",
      expect.stringContaining(
        `bank/3 of modules/bank/types/errors.ts:6 is missing: add a row with "noOutputs: no outputs"`,
      ),
    ]);
  });

  test("of several codespaces are told apart", () => {
    const errors = `${ERRORS} export const late = defineError("slow", { code: 2, summary: "late" });`;
    const changes = { "modules/bank/types/errors.ts": errors };
    const readme = GOOD.replace("| 2 |", "| bank/2 |")
      .replace("| 3 |", "| bank/3 |")
      .concat("| slow/2 | `late` | late |\n");
    expect(offencesOf(readme, changes)).toEqual([]);
    expect(offencesOf(GOOD, changes)).toHaveLength(5);
  });

  test("of other files of the types count, those of tests do not", () => {
    const more = { "modules/bank/types/more.ts": ERRORS.replace("2", "7").replace("3", "8") };
    expect(offencesOf(GOOD, more)).toHaveLength(2);
    expect(offencesOf(GOOD, { "modules/bank/types/more.test.ts": ERRORS })).toEqual([]);
  });
});

test("events with other attributes, or none that is listed, are named", () => {
  expect(offencesOf(GOOD.replace(" or `recipients`", ""))).toEqual([
    `modules/bank/README.md:13: bank.sent is "amount, from, recipients" in ` +
      `modules/bank/types/events.ts:3, modules/bank/types/events.ts:6, not "amount, from": ` +
      "make them equal",
  ]);
  const renamed = offencesOf(GOOD.replace("bank.sent", "bank.moved"));
  expect(renamed.map((line) => line.replace(/^[^:]+:\d+: (\S+).*$/, "$1"))).toEqual([
    "bank.moved",
    "bank.sent",
  ]);
});

test("prefixes must be those of the keys", () => {
  expect(offencesOf(GOOD.replace("0x0a", "0x0b"))).toEqual([
    "modules/bank/README.md:7: 0x0b is not in the code: remove the row",
    `modules/bank/README.md:3: 0x0a of modules/bank/types/keys.ts:3 is missing: add a row with ""`,
  ]);
});

test("a section that says that there is nothing is not compared", () => {
  const readme = "# Bank\n\n## Events\n\nNone.\n";
  expect(offencesOf(readme)).toEqual([]);
});

describe("the table of modules", () => {
  const row = (name: string, codespace: string, store: string) =>
    `| module | owns | does not own | codespace | store |\n|---|---|---|---|---|\n` +
    `| [${name}](bank/README.md) | coins | people | \`${codespace}\` | \`${store}\` |\n`;

  test("has a row for each with its codespace and store", () => {
    const table = { "modules/README.md": row("bank", "bank", "bank") };
    expect(checkModuleTable(bank(GOOD, table))).toEqual([]);
  });

  test("is refused without one, or with other names", () => {
    const other = { "modules/README.md": row("auth", "bank", "bank") };
    expect(printed(checkModuleTable(bank(GOOD, other)))).toEqual([
      "modules/README.md:1: module bank has no row: add it",
    ]);
    const wrong = { "modules/README.md": row("bank", "coins", "acc") };
    expect(printed(checkModuleTable(bank(GOOD, wrong)))).toEqual([
      "modules/README.md:3: codespace of bank is bank: say so",
      "modules/README.md:3: store of bank is bank: say so",
    ]);
  });
});
