import { expect, test } from "vitest";
import type { Section } from "./figure.js";
import { mergeFigures } from "./markdown.js";

const DOCUMENT = `# Speed

<!-- figures: written by \`make bench\`, do not edit -->

### First

| figure | measured | target |
|---|---:|---|
| old | 1.00 s |  |

- then

### Second

| figure | measured | target |
|---|---:|---|
| kept | 2.00 s |  |

- then

<!-- end of figures -->

What it means.
`;

function section(title: string, value: number): Section {
  return { title, figures: [{ name: "new", value, unit: "s" }], notes: ["a note"] };
}

function merge(...sections: Section[]): string {
  return mergeFigures(DOCUMENT, { path: "speed.md", origin: "today", sections });
}

test("a section that was measured again replaces the one of its title, in its place", () => {
  const old = "| old | 1.00 s |  |\n\n- then";
  expect(merge(section("First", 3))).toBe(
    DOCUMENT.replace(old, "| new | 3.00 s |  |\n\n- today\n- a note"),
  );
});

test("a new section comes last, and what is written twice is written once", () => {
  const once = merge(section("Third", 3));
  expect(once).toMatch(/kept.*\n\n- then\n\n### Third\n[^]*- today\n- a note\n\n<!-- end/);
  const sections = [section("Third", 3)];
  expect(mergeFigures(once, { path: "speed.md", origin: "today", sections })).toBe(once);
});

test("a measurement that failed leaves the figures there are", () => {
  expect(merge({ title: "First", figures: [], notes: ["failed"] })).toBe(DOCUMENT);
});

test("a document without a place for figures is refused by name", () => {
  expect(() =>
    mergeFigures("# Nothing", { path: "speed.md", origin: "today", sections: [] }),
  ).toThrow("speed.md has no place for figures");
});
