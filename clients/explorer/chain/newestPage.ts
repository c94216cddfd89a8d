import { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";

/** Asks for the last so many elements of a list, the last one first. */
export function newestPage(count: number): PageRequest {
  return PageRequest.create({ limit: BigInt(count), reverse: true });
}
