import { AUTH_OPERATIONS } from "./auth.js";
import { BANK_OPERATIONS } from "./bank.js";
import { EVIDENCE_OPERATIONS } from "./evidence.js";
import { INFERENCE_OPERATIONS } from "./inference.js";
import { KERNEL_OPERATIONS } from "./kernel.js";
import type { Operation } from "./operation.js";
import { REWARD_OPERATIONS } from "./reward.js";
import { SHADOW_OPERATIONS } from "./shadow.js";
import { STAKING_OPERATIONS } from "./staking.js";
import { RARE_STAKING_REFUSALS, STAKING_REFUSALS } from "./stakingRefusals.js";

/** Everything that can happen between two blocks. */
export const OPERATIONS: readonly Operation[] = [
  ...AUTH_OPERATIONS,
  ...BANK_OPERATIONS,
  ...STAKING_OPERATIONS,
  STAKING_REFUSALS,
  ...RARE_STAKING_REFUSALS,
  ...REWARD_OPERATIONS,
  ...KERNEL_OPERATIONS,
  ...SHADOW_OPERATIONS,
  ...INFERENCE_OPERATIONS,
  ...EVIDENCE_OPERATIONS,
];
