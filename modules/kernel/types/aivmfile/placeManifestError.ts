import type { ChainError } from "#core/primitives/errors.js";
import { aivmfileValue, invalidManifest, unknownEngine } from "../errors.js";
import type { ManifestBounds } from "../manifest.js";
import type { CompiledAivmfile } from "./compiled.js";
import { ruleOf } from "./manifestRules.js";
import type { Place } from "./mistakes.js";

/**
 * What `validateManifest` found in a compiled Aivmfile, with the line and the column of the word
 * that is to be changed and how (`kernel/13`). Errors of another kind are given back.
 */
export function placeManifestError(
  error: ChainError,
  { places }: CompiledAivmfile,
  bounds: ManifestBounds,
): ChainError {
  if (!invalidManifest.is(error) && !unknownEngine.is(error)) return error;
  const { field: path = "", found = "", maximum } = error.detail;
  const field = String(path);
  const place = placeOf(places, field);
  const fix = ruleOf(field, bounds) ?? enclosingRule(field, bounds);
  if (place === undefined || fix === undefined) return error;
  const limit = maximum === undefined ? "" : `, at most ${maximum} is`;
  const problem = `${field}: ${shown(String(found))} is not allowed${limit}`;
  const { line, column } = place;
  return aivmfileValue({ line, column, field, found, problem, fix });
}

/** The place of a field, or of the nearest one around it that the file writes. */
function placeOf(places: ReadonlyMap<string, Place>, field: string): Place | undefined {
  for (let path = field; path !== ""; path = parentOf(path)) {
    const place = places.get(path);
    if (place !== undefined) return place;
  }
  return undefined;
}

function enclosingRule(field: string, bounds: ManifestBounds): string | undefined {
  for (let path = parentOf(field); path !== ""; path = parentOf(path)) {
    const rule = ruleOf(path, bounds);
    if (rule !== undefined) return rule;
  }
  return undefined;
}

function parentOf(path: string): string {
  const end = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  return end < 0 ? "" : path.slice(0, end);
}

function shown(text: string): string {
  if (text === "") return "empty";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
