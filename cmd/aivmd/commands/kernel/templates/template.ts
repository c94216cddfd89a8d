import { MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import type { FolderFile } from "../pull/pulledFiles.js";

/** A kernel to begin from: small, whole, and passing its own vectors. */
export interface Template {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Input to try it with, as JSON. */
  readonly sample: string;
  /** Lines of the Aivmfile from MODEL on. */
  readonly directives: string;
  readonly model: () => Uint8Array;
  readonly infer: string;
  /** The file of the inference code; `infer.js` unless given. */
  readonly code?: string;
  /** Further files: what its directives name as libraries and data, and what editors read. */
  readonly files?: ReadonlyArray<readonly [file: string, content: string | (() => string)]>;
  /** Test vectors by the names of their files. */
  readonly vectors: ReadonlyArray<readonly [file: string, vector: object]>;
  /** What to change first, for its README. */
  readonly next: string;
}

const CODE = "infer.js";

/** Files of a new kernel made from a template, by their path within its folder. */
export function templateFiles(template: Template, name: string): FolderFile[] {
  return [
    ["Aivmfile", aivmfile(template, name)],
    ["model.onnx", template.model()],
    [template.code ?? CODE, template.infer],
    ...(template.files ?? []).map(([file, content]): FolderFile => {
      return [file, typeof content === "string" ? content : content()];
    }),
    ...template.vectors.map(([file, vector]): FolderFile => {
      return [`vectors/${file}.json`, `${JSON.stringify(vector, null, 2)}\n`];
    }),
    ["README.md", readme(template, name)],
    [".gitignore", "build/\n"],
  ];
}

function aivmfile({ directives, code = CODE }: Template, name: string): string {
  return `# What this kernel is; every directive is explained in docs/spec/aivmfile.md.
AIVM      1
NAME      ${name}
ENGINE    ${MODEL_ENGINE.name}/${MODEL_ENGINE.version}
MODEL     net  model.onnx
INFER     ${code}
AGGREGATE exact
${directives}`;
}

function readme({ sample, next }: Template, name: string): string {
  return `# ${name}

${next}

    aivmd kernel check ${name}
    aivmd kernel test ${name}
    aivmd kernel run --local ${name} --input-json '${sample}'
    aivmd kernel publish ${name} --from me
    aivmd kernel run ${name} --input-json '${sample}' --from me
`;
}
