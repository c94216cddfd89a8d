import { expect, test } from "vitest";
import { authorPrice } from "./authorPrice.js";

test("the owner's price counts, also when it is nothing; without one the manifest's", () => {
  expect(authorPrice({ price: "7" }, { price: "2000" })).toBe("7");
  expect(authorPrice({ price: "0" }, { price: "2000" })).toBe("0");
  expect(authorPrice({ price: "" }, { price: "2000" })).toBe("2000");
});
