import { groupDigits } from "../format/amount.js";

/** A file that somebody chose; what browsers call `File`. */
export type ChosenFile = Pick<File, "name" | "size" | "type" | "arrayBuffer">;

/** A file that cannot be used; the message says why, and what can. */
export class FileProblem extends Error {
  constructor(file: Pick<ChosenFile, "name">, problem: string, cause?: unknown) {
    super(`${file.name}: ${problem}`, { cause });
    this.name = "FileProblem";
  }
}

/** The bytes of a file; one that is larger is refused unread. */
export async function readBytes(file: ChosenFile, most: number): Promise<Uint8Array> {
  if (file.size > most) {
    const [found, limit] = [groupDigits(file.size), groupDigits(most)];
    throw new FileProblem(file, `it has ${found} bytes, and ${limit} are the most that fit`);
  }
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new FileProblem(file, "it cannot be read; a folder, or a file that is gone?", error);
  }
}

/** The text of a file in UTF-8; fails as {@link readBytes}, and for other bytes. */
export async function readText(file: ChosenFile, most: number): Promise<string> {
  const bytes = await readBytes(file, most);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    throw new FileProblem(file, "it is not text in UTF-8", error);
  }
}
