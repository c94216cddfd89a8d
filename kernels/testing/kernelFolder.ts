import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A test vector as a kernel folder writes it. */
export interface VectorFile {
  readonly name: string;
  readonly input: Readonly<Record<string, readonly number[]>>;
  /** 64 hexadecimal figures; absent when the kernel draws nothing. */
  readonly seed?: string;
  readonly expect: { readonly label: readonly [number] };
}

/** What the training says of the model it wrote. */
export interface TrainingReport {
  readonly modelBytes: number;
  readonly modelSha256: string;
  readonly heldOut: number;
  readonly correct: number;
}

/** The files of one kernel, read from its folder under `kernels/`. */
export class KernelFolder {
  readonly #base: URL;

  constructor(name: string) {
    this.#base = new URL(`../${name}/`, import.meta.url);
  }

  bytes(file: string): Uint8Array {
    return readFileSync(this.path(file));
  }

  text(file: string): string {
    return readFileSync(this.path(file), "utf8");
  }

  path(file: string): string {
    return fileURLToPath(new URL(file, this.#base));
  }

  /** sha256 of a file in hexadecimal figures. */
  digest(file: string): string {
    return createHash("sha256").update(this.bytes(file)).digest("hex");
  }

  report(): TrainingReport {
    return JSON.parse(this.text("train/report.json")) as TrainingReport;
  }

  vectors(): VectorFile[] {
    return this.#jsonFiles("vectors").map((file) => ({
      ...(JSON.parse(this.text(file)) as Omit<VectorFile, "name">),
      name: file,
    }));
  }

  /** File name and content of every sample. */
  samples(): Array<readonly [string, Readonly<Record<string, readonly number[]>>]> {
    return this.#jsonFiles("samples").map((file) => [
      file,
      JSON.parse(this.text(file)) as Record<string, readonly number[]>,
    ]);
  }

  #jsonFiles(folder: string): string[] {
    const names = readdirSync(this.path(folder)).sort();
    return names.filter((name) => name.endsWith(".json")).map((name) => `${folder}/${name}`);
  }
}
