import { type Finding, ModelRefusal } from "./errors.js";
import { type OnnxNode, describeNode } from "./model.js";

/** The finding as one sentence, as reports of validations have it. */
function findingSentence({ place, reason, advice }: Finding): string {
  return advice === "" ? `${place} ${reason}` : `${place} ${reason}; ${advice}`;
}

/** The refusal that a finding is to validators. */
export function refusalOf(finding: Finding): ModelRefusal {
  return new ModelRefusal(findingSentence(finding), finding);
}

/** A finding about the model as a whole or a part of it that is no node. */
export function partFinding(place: string, reason: string, advice = ""): Finding {
  return { place, reason, advice };
}

/** A finding about a node, which is named by its name or its place in the graph. */
export function nodeFinding(
  { node, index }: { readonly node: OnnxNode; readonly index: number },
  reason: string,
  advice = "",
): Finding {
  const { name = "", operator = "" } = node;
  const place = describeNode(node, index);
  return { place, ...(name === "" ? {} : { node: name }), operator, reason, advice };
}
