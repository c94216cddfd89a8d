import type { NetworkResult } from "./networkVector.js";

/** What the model engine must make of a network. */
export type ExpectedNetwork = Pick<NetworkResult, "digest" | "gas" | "peakBytes" | "refusal">;

/** Written by `tools/networks`: digest, gas, peak bytes or refusal of every network, by name. */
export const NETWORK_RESULTS: ReadonlyMap<string, ExpectedNetwork> = new Map<
  string,
  ExpectedNetwork
>([
  [
    "digits, a convolutional network",
    {
      digest: "36ec2aebbef9188efeb1f43aa55ae3db461370762862dda862fdc89561ad1dda",
      gas: 411600n,
      peakBytes: 12288n,
      refusal: undefined,
    },
  ],
  [
    "a random forest of scikit-learn",
    {
      digest: "300b41caf2ce954cb1b6194687e5d4d3c27d427c79810b6355b355e041338a6d",
      gas: 133680n,
      peakBytes: 1088n,
      refusal: undefined,
    },
  ],
  [
    "boosted trees of scikit-learn",
    {
      digest: "a5596ee0182c9dc401f9dad0b032253f1d7c3128654b8f09119f757d160e3483",
      gas: 140336n,
      peakBytes: 352n,
      refusal: undefined,
    },
  ],
  [
    "a transformer text encoder",
    {
      digest: "76c45e0dcde5f3505c05795652feafec405555184465691bdb79103bc36a4a00",
      gas: 4947176n,
      peakBytes: 147456n,
      refusal: undefined,
    },
  ],
  [
    "a recurrent network of LSTM and GRU",
    {
      digest: "29731f5857962b6be227066c66e3b7a31b716f7a8fd6992c71652bdbb8e412cb",
      gas: 5392768n,
      peakBytes: 6144n,
      refusal: undefined,
    },
  ],
  [
    "the digits network quantised to int8",
    {
      digest: "3d2137231148dffc020476786b6b933702d7f2913ab68c612e2b0b1f8448da4f",
      gas: 444288n,
      peakBytes: 2560n,
      refusal: undefined,
    },
  ],
  [
    "a detector that suppresses boxes",
    {
      digest: "22f2b2a8e9995a568f17eb07782f06c6cca62a3bf64aea958ac028d8dbde7e22",
      gas: 3105744n,
      peakBytes: 131072n,
      refusal: undefined,
    },
  ],
  [
    "a detector with NonMaxSuppression",
    {
      digest: "1db9ee1791eeaf5bf6c815f65e0591885ddab4eda8f070c50681330f25562853",
      gas: 0n,
      peakBytes: 0n,
      refusal:
        "NonMaxSuppression chosen has an output whose shape depends on data; end the model before it and suppress boxes in infer.js",
    },
  ],
]);
