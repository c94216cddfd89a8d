import { BASE_DENOM } from "#app/chain.js";
import { attempt } from "#core/codec/attempt.js";
import { ChainError } from "#core/primitives/errors.js";
import { compileAivmfile, completeManifest } from "#modules/kernel/types/aivmfile.js";
import { placeManifestError } from "#modules/kernel/types/aivmfile/placeManifestError.js";
import { validateManifest } from "#modules/kernel/types/manifest.js";
import { defaultParams } from "#modules/kernel/types/params.js";

/** The parameters of a new chain, which the page's bounds are. */
export const BOUNDS = defaultParams(BASE_DENOM);

const DIGEST = new Uint8Array(32);

/** What is wrong with the text of an Aivmfile on a new chain; undefined when nothing is. */
export function mistakeOf(text: string): ChainError | undefined {
  const compiled = attempt(() => compileAivmfile(text));
  if (compiled instanceof ChainError) return compiled;
  const { models, libraries, data, aggregationCode, testVectors } = compiled.files;
  const manifest = completeManifest(compiled, {
    models: models.map(() => DIGEST),
    adapters: models.map(({ adapter }) => (adapter === undefined ? undefined : DIGEST)),
    libraries: libraries.map(() => DIGEST),
    data: data.map(() => DIGEST),
    inferenceCode: DIGEST,
    ...(aggregationCode === undefined ? {} : { aggregationCode: DIGEST }),
    testVectors: testVectors.map(() => DIGEST),
  });
  const error = attempt(() => {
    validateManifest(manifest, BOUNDS);
  });
  return error instanceof ChainError ? placeManifestError(error, compiled, BOUNDS) : undefined;
}
