import { ChainError } from "#core/primitives/errors.js";

/**
 * The value of `decode`, or the ChainError with which it refused its input: for borders where
 * malformed bytes are an answer, not a failure. Any other error is passed on.
 */
export function attempt<T>(decode: () => T): T | ChainError {
  try {
    return decode();
  } catch (error) {
    if (error instanceof ChainError) return error;
    throw error;
  }
}
