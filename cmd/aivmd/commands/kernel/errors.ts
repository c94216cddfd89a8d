import { defineError } from "#core/primitives/errors.js";

const CODESPACE = "author";

/** A file of a kernel's folder is missing or unreadable. */
export const missingFile = defineError(CODESPACE, {
  code: 2,
  summary: "a file of the kernel cannot be read",
  sentence: ({ path = "", problem = "" }) => `${path}: ${problem}`,
});

/** A model is outside of what validators run; the problem names the node. */
export const modelRefused = defineError(CODESPACE, {
  code: 3,
  summary: "validators would refuse a model",
  sentence: ({ model = "", file = "", problem = "" }) =>
    `model ${model} (${file}): ${problem}; docs/spec/operators.md lists what models may hold`,
});

/** A test vector is malformed, or does not give what it promises. */
export const badVector = defineError(CODESPACE, {
  code: 4,
  summary: "a test vector is wrong",
  sentence: ({ file = "", problem = "" }) => `${file}: ${problem}`,
});

/** A folder is neither a kernel's nor a bundle, or its bundle is damaged. */
export const notKernel = defineError(CODESPACE, {
  code: 5,
  summary: "not a kernel",
  sentence: ({ path = "", problem = "" }) => `${path}: ${problem}`,
});

/** Some test vectors failed; they were listed before. */
export const testsFailed = defineError(CODESPACE, {
  code: 6,
  summary: "the kernel fails its test vectors",
  sentence: ({ failed = "", total = "" }) => `${failed} of ${total} test vectors failed`,
});

/** The validation job that validators run rejects the kernel. */
export const validationFailed = defineError(CODESPACE, {
  code: 7,
  summary: "validators would reject the kernel",
  sentence: ({ reason = "" }) => `validators would reject the kernel: ${reason}`,
});

/** This machine's sandbox could not run the kernel; that says nothing about the kernel. */
export const sandboxFailed = defineError(CODESPACE, {
  code: 8,
  summary: "the sandbox of this machine failed",
  sentence: ({ reason = "" }) => `the sandbox of this machine failed: ${reason}`,
});

/** The kernel itself failed, as it would at every validator. */
export const kernelFailed = defineError(CODESPACE, {
  code: 9,
  summary: "the kernel failed",
  sentence: ({ status = "", detail = "" }) =>
    `the kernel ends with ${status}${detail === "" ? "" : `: ${detail}`}`,
});

/** A folder that is to be made has something in it. */
export const folderInUse = defineError(CODESPACE, {
  code: 10,
  summary: "the folder is in use",
  sentence: ({ path = "", problem = "" }) => `${path}: ${problem}; choose another folder`,
});

/** Aivmfiles are not laid out as `kernel fmt` does. */
export const notTidy = defineError(CODESPACE, {
  code: 12,
  summary: "an Aivmfile is not tidy",
  sentence: ({ count = 0, file = "" }) =>
    `${count} Aivmfile(s) are not tidy; \`aivmd kernel fmt ${file}\` writes them anew`,
});

/** Three-way merging found changes that exclude each other; nothing was written. */
export const mergeConflicts = defineError(CODESPACE, {
  code: 13,
  summary: "the changes exclude each other",
  sentence: ({ count = 0 }) =>
    `${count} conflict(s), nothing was written; make the two sides agree there, and merge again`,
});

/** An artifact of a version cannot be downloaded. */
export const badDownload = defineError(CODESPACE, {
  code: 14,
  summary: "an artifact cannot be downloaded",
  sentence: ({ digest = "", problem = "" }) => `artifact ${digest}: ${problem}`,
});

/** A request on the chain ended without an answer; what the protocol refunds is refunded. */
export const answerFailed = defineError(CODESPACE, {
  code: 11,
  summary: "the request ended without an answer",
  sentence: ({ requestId = "", problem = "" }) =>
    `request ${requestId}: ${problem}; \`aivmd query inference request ${requestId}\` shows it`,
});

/** Compilers of V8 do not agree on a kernel: the sandbox would not be the same everywhere. */
export const tiersDiffer = defineError(CODESPACE, {
  code: 19,
  summary: "the kernel gives other receipts under other compilers",
  sentence: ({ count = 0 }) =>
    `${count} test vector(s) give other receipts under other compilers of V8: a fault of the sandbox that validators would disagree by; please report it with the kernel`,
});

/** Validators measure every bucket of a kernel by its test vectors. */
export const bucketUntested = defineError(CODESPACE, {
  code: 15,
  summary: "a bucket has no test vector",
  sentence: ({ bucket = "" }) =>
    `no test vector is in ${bucket}, so that nothing measures its gas; add one`,
});

/** An adapter does not fit its model; the problem names the tensor. */
export const adapterRefused = defineError(CODESPACE, {
  code: 16,
  summary: "validators would refuse an adapter",
  sentence: ({ file = "", problem = "" }) =>
    `${file}: ${problem}; docs/spec/sandbox.md, section Adapters, says what one holds`,
});

/** A file of trained factors cannot become an adapter; the problem names the tensor. */
export const badFactors = defineError(CODESPACE, {
  code: 17,
  summary: "the factors are no adapter of the model",
  sentence: ({ file = "", problem = "" }) => `${file}: ${problem}`,
});

/** Code cannot be made one module for the sandbox; place and fix are those of the first problem. */
export const cannotBundle = defineError(CODESPACE, {
  code: 18,
  summary: "code cannot be made one module",
  sentence: ({ file = "", line = "", column = "", problem = "", fix = "" }) =>
    `${file}:${line}:${column}: ${problem}; ${fix}`,
});
