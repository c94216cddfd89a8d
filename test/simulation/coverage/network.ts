import { FORBIDDEN, TOLERATED } from "../network/tampering.js";

/** What happens to nodes: killed and started again, decided in a later round, replayed. */
export const NETWORK_OUTCOMES = [
  "network: a process is killed",
  "network: a block takes more than one round",
  "network: a node replays what it missed",
] as const;

/** The name of what a byzantine proposer tried. */
export function tamperingName(name: string): string {
  return `tampering: ${name}`;
}

/** Names of everything that must happen to the network. */
export function networkOutcomes(): string[] {
  const tampering = [...FORBIDDEN, ...TOLERATED].map(({ name }) => tamperingName(name));
  return [...NETWORK_OUTCOMES, ...tampering];
}
