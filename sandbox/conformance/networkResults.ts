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
      digest: "dcf1b446f9ddac6e6b03590e623986b87379ef134f93ab3d68e4d771e0f3a1b8",
      gas: 399312n,
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
      digest: "16185e7925f61bdf3a7edd5df0cc6a520d7e667ec6dd21a17239e0da6db5abd0",
      gas: 4943080n,
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
      digest: "4cce25a4c6be60506ee514e2e24361e2953836eb334e5c85f71b06e0051858e9",
      gas: 391040n,
      peakBytes: 2560n,
      refusal: undefined,
    },
  ],
  [
    "a detector that suppresses boxes",
    {
      digest: "8a30307b14a9670594f4b59d8898a1511f44544f9e66fbabf21b22ec857ddc84",
      gas: 2885584n,
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
