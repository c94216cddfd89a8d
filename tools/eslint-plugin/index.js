import { layerImports } from "./layerImports.js";
import { numberDivision } from "./numberDivision.js";
import { sharedMapIteration } from "./sharedMapIteration.js";

/** House rules that no published plugin has; each is explained in docs/adr. */
export const aivmPlugin = {
  rules: {
    "layer-imports": layerImports,
    "no-number-division": numberDivision,
    "no-shared-map-iteration": sharedMapIteration,
  },
};
