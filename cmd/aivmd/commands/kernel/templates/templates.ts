import { CLASSIFIER } from "./classifier.js";
import { EMBEDDING } from "./embedding.js";
import { SUM } from "./sum.js";
import { TABULAR } from "./tabular.js";
import type { Template } from "./template.js";
import { TEXT_GENERATION } from "./textGeneration.js";
import { TYPE_SCRIPT } from "./typeScript.js";

/** Every template, the default first. */
export const TEMPLATES: readonly [Template, ...Template[]] = [
  SUM,
  CLASSIFIER,
  EMBEDDING,
  TEXT_GENERATION,
  TABULAR,
  TYPE_SCRIPT,
];

/** The template of a name; undefined when there is none. */
export function findTemplate(name: string): Template | undefined {
  return TEMPLATES.find((template) => template.name === name);
}
