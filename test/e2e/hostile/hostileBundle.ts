import { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { manifestArtifacts } from "#modules/kernel/types/manifest.js";
import { readArtifact } from "#sandbox/artifacts/artifactCache.js";
import type { KernelBundle } from "#sdk/kernel/bundle.js";
import {
  KernelShelf,
  type KernelDraft,
  testVector,
  textInput,
} from "#test/harness/sandboxKernel.js";
import {
  BENIGN_INPUT,
  BENIGN_OUTPUT,
  HOSTILE_KERNELS,
  type HostileKernel,
  PLAIN,
  hostileDraft,
} from "#test/hostile/kernels.js";

/** A draft as what is published: a committee of both validators, one vector that does not attack. */
export async function bundleOf(name: string, draft: KernelDraft): Promise<KernelBundle> {
  const shelf = await KernelShelf.open();
  try {
    const vector = testVector(textInput(BENIGN_INPUT), textInput(BENIGN_OUTPUT));
    const drafted = await shelf.kernel({ ...draft, vectors: [vector] });
    const committee = { target: 2, minimum: 1, maximum: 2 };
    const manifest = Manifest.create({ ...drafted, name, committee });
    const digests = manifestArtifacts(manifest);
    const artifacts = await Promise.all(
      digests.map((digest) => readArtifact(shelf.folder, digest)),
    );
    return { manifest, artifacts };
  } finally {
    await shelf.remove();
  }
}

/** Attacks that need neither models nor limits of their own: one kernel holds them all. */
export const CODE_ATTACKS: readonly HostileKernel[] = HOSTILE_KERNELS.filter(
  ({ models, limits }) => models === undefined && limits === undefined,
);

/** One kernel whose input names the attack that it makes. */
export function everyAttack(): KernelDraft {
  const cases = CODE_ATTACKS.map(({ name, body }) => `case "${name}": { ${body} break; }`);
  const body = `switch (text) { ${cases.join("\n")} }`;
  return hostileDraft({ ...PLAIN, body });
}

/** A kernel that does its work. */
export function honestDraft(): KernelDraft {
  return hostileDraft({ ...PLAIN, body: "return { text: text + ' and answered' };" });
}
