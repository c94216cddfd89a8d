import type { Kernel, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";

/** What the author gets for an execution, in unes: as the owner set it, else as the manifest says. */
export function authorPrice(
  { price }: Pick<Kernel, "price">,
  manifest: Pick<Manifest, "price">,
): string {
  return price === "" ? manifest.price : price;
}
