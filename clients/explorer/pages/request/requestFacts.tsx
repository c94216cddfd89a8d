import type { JSX } from "preact";
import { Assurance } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#sdk/index.js";
import { formatUnes } from "../../format/amount.js";
import { Facts } from "../../ui/facts.js";
import { AccountLink, BlockLink, Hex } from "../../ui/links.js";
import { VersionName } from "../../ui/versionName.js";
import type { RequestCourse } from "./readRequest.js";

/** What was asked, by whom and for how much. */
export function RequestFacts({ course }: { readonly course: RequestCourse }): JSX.Element {
  const { request, result } = course;
  const { fees } = request;
  return (
    <Facts
      facts={[
        ["Kernel", <VersionName key="v" id={request.versionId} />],
        ["Requester", <AccountLink key="r" address={request.requester} />],
        ["Block", <BlockLink key="b" height={request.height} />],
        ["Inputs", request.inputCount],
        ["Assurance", request.assurance === Assurance.FULL ? "every provider" : "a committee"],
        ["Admission fee", formatUnes(fees.admission)],
        ["Compute fee", formatUnes(fees.compute)],
        ["Author’s fee", formatUnes(fees.author)],
        ["Priority fee", formatUnes(fees.priority)],
        ["Batch", request.batchId === 0n ? "none yet" : request.batchId.toString()],
        [
          "Agreed",
          result === undefined ? "not yet" : `${result.seatsAgreed} of ${result.seatsTotal} seats`,
        ],
        [
          "Result digest",
          <Hex key="d" hex={result === undefined ? "" : toHex(result.requestDigest)} />,
        ],
      ]}
    />
  );
}
