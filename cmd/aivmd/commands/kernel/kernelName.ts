import { KERNEL_NAME } from "#modules/kernel/types/manifest.js";
import { wrongUse } from "../../errors.js";

/** The name, if kernels may have it; fails with `cli/2`, which asks for `--name` unless it was `given`. */
export function requireKernelName(name: string, given: string | undefined): string {
  if (KERNEL_NAME.test(name) && name.length >= 3 && name.length <= 64) return name;
  const problem = `names of kernels are 3 to 64 lower-case letters, digits and dashes: ${name}`;
  throw wrongUse({ problem: given === undefined ? `${problem}; give --name` : problem });
}
