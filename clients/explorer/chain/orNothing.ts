import { isSdkError } from "#sdk/index.js";

/** What is read, or undefined when it does not exist (yet). */
export async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isSdkError(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}
