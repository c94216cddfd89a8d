import { defineError, type ErrorDetail } from "#core/primitives/errors.js";

/** Codespace of the kernel module. */
export const KERNEL_CODESPACE = "kernel";

/** The values are not those of the schema, one for each field in its order. */
export const wrongFields = defineError(KERNEL_CODESPACE, {
  code: 2,
  summary: "values do not match the declared fields",
});

/** A value has another data type than its field. */
export const wrongDataType = defineError(KERNEL_CODESPACE, {
  code: 3,
  summary: "value has a wrong data type",
});

/** A value's rank or one of its dimensions is outside what its field declares. */
export const wrongDimensions = defineError(KERNEL_CODESPACE, {
  code: 4,
  summary: "value has wrong dimensions",
});

/** A value's bytes are not as many as its dimensions ask for, or more than its field allows. */
export const wrongLength = defineError(KERNEL_CODESPACE, {
  code: 5,
  summary: "value has a wrong length",
});

/** A bool other than 0 and 1, or a string that is not UTF-8. */
export const wrongContent = defineError(KERNEL_CODESPACE, {
  code: 6,
  summary: "value has malformed content",
});

/** A NaN or an infinity where the field does not allow it, or a NaN with other bits than the canonical ones. */
export const notFinite = defineError(KERNEL_CODESPACE, {
  code: 7,
  summary: "value is not finite",
});

/** A manifest breaks a rule; `field` names where, `found` what stands there. */
export const invalidManifest = defineError(KERNEL_CODESPACE, {
  code: 8,
  summary: "manifest is invalid",
});

/** The manifest names an engine that the chain does not run. */
export const unknownEngine = defineError(KERNEL_CODESPACE, {
  code: 9,
  summary: "engine is not one that validators run",
});

/** An Aivmfile breaks its grammar; `line` and `column` count from 1. */
export const aivmfileSyntax = defineError(KERNEL_CODESPACE, {
  code: 10,
  summary: "Aivmfile has a syntax error",
  sentence: aivmfileSentence,
});

/** An Aivmfile lacks a directive, repeats one, or has one that there is not. */
export const aivmfileDirective = defineError(KERNEL_CODESPACE, {
  code: 11,
  summary: "Aivmfile has a missing or misplaced directive",
  sentence: aivmfileSentence,
});

/** A JSON value cannot become a value of its field; `at` names the path. */
export const unfitJson = defineError(KERNEL_CODESPACE, {
  code: 12,
  summary: "JSON value does not fit the field",
});

/** An Aivmfile keeps its grammar and asks for something that manifests may not; `field` names it. */
export const aivmfileValue = defineError(KERNEL_CODESPACE, {
  code: 13,
  summary: "Aivmfile asks for what a manifest may not",
  sentence: aivmfileSentence,
});

/** As compilers write it, so that editors find the place; `file` is there where several are meant. */
function aivmfileSentence(detail: ErrorDetail): string {
  const { file = "Aivmfile", line = 0, column = 0, problem = "", fix = "" } = detail;
  return `${file}:${line}:${column}: ${problem}; ${fix}`;
}
