import { Adapter } from "#core/codec/generated/aivm/kernel/v1.js";
import { isTypeScript } from "./code/bundleCode.js";
import type { KernelSource, SourceFile } from "./kernelSource.js";

/** The code of a kernel that was checked: its files, with their size where they were bundled. */
export function codeText({ inferenceCode, aggregationCode }: KernelSource): string {
  return [inferenceCode, ...(aggregationCode === undefined ? [] : [aggregationCode])]
    .map(fileText)
    .join(", ");
}

/**
 * Adapters, libraries and data of a kernel that was checked, a row each; none where it has none.
 */
export function partPairs({
  models,
  libraries,
  data,
}: KernelSource): ReadonlyArray<readonly [string, string]> {
  return [
    ...models.flatMap(({ name, adapter }): Array<readonly [string, string]> => {
      return adapter === undefined ? [] : [[`adapter ${name}`, adapterText(adapter)]];
    }),
    ...libraries.map((file) => [`library ${file.name}`, fileText(file)] as const),
    ...data.map(({ name, file, bytes }) => {
      return [`data ${name}`, `${file}, ${bytes.length} bytes`] as const;
    }),
  ];
}

/** The same for programs. */
export function partFacts({ models, libraries, data }: KernelSource): object {
  const facts = ({ name, file, bytes }: SourceFile & { readonly name: string }): object => {
    return { name, file, bytes: bytes.length };
  };
  const adapters = models.flatMap(({ name, adapter }) => {
    return adapter === undefined ? [] : [facts({ name, ...adapter })];
  });
  return {
    ...(adapters.length === 0 ? {} : { adapters }),
    ...(libraries.length === 0 ? {} : { libraries: libraries.map(facts) }),
    ...(data.length === 0 ? {} : { data: data.map(facts) }),
  };
}

function adapterText({ file, bytes }: SourceFile): string {
  const { deltas } = Adapter.decode(bytes);
  const changes = deltas.map(({ tensor, rank }) => `${tensor} by rank ${rank}`);
  return `${file}, ${bytes.length} bytes: ${changes.join(", ")}`;
}

function fileText({ file, bytes }: SourceFile): string {
  return isTypeScript(file) ? `${file}, ${bytes.length} bytes as one module` : file;
}
