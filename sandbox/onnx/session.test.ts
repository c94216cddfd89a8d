import { expect, test } from "vitest";
import { speaksOfMemory } from "./session.js";

const FAILED = "ERROR_MESSAGE: Non-zero status code returned while running Gather node. Name:";

test("a status about memory is told from one of a node that is called so", () => {
  const bounds = "indices element out of data bounds, idx=9";
  for (const name of ["memory", "decoder/memory/Gather", "alloc's ' Status Message: memory"]) {
    expect(speaksOfMemory(`${FAILED}'${name}' Status Message: ${bounds}`)).toBe(false);
    expect(speaksOfMemory(`Node (${name}) Op (MatMul) [ShapeInferenceError] dims`)).toBe(false);
  }
});

test("failures to get memory are about memory, wherever they come from", () => {
  const failure = "Failed to allocate memory for requested buffer of size 4294967296";
  expect(speaksOfMemory(failure)).toBe(true);
  expect(speaksOfMemory(`${FAILED}'memory' Status Message: ${failure}`)).toBe(true);
  expect(speaksOfMemory("std::bad_alloc")).toBe(true);
});
