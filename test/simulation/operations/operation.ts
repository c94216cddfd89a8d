import type { TxDraft } from "../txDraft.js";
import type { World } from "../world.js";

/** Something that can happen between two blocks. */
export interface Operation {
  /** `module/verb`. */
  readonly name: string;
  /** How often it is chosen, compared with the others. */
  readonly weight: number;
  readonly act: (world: World) => void | Promise<void>;
}

/** Makes a transaction out of what there is; undefined when there is no occasion. */
export type Drafter = (world: World) => TxDraft | undefined;

/** An operation that sends one transaction. */
export function sending(name: string, weight: number, draft: Drafter): Operation {
  return {
    name,
    weight,
    act: (world) => {
      const made = draft(world);
      if (made !== undefined) world.send(name, made);
    },
  };
}

/** An operation that sends transactions which are to fail, each kind in its turn. */
export function failing(
  name: string,
  weight: number,
  kinds: ReadonlyArray<readonly [kind: string, draft: Drafter]>,
): Operation {
  return {
    name,
    weight,
    act: (world) => {
      const [kind, draft] = kinds[world.turn(name, kinds.length)] ?? ["", () => undefined];
      const made = draft(world);
      if (made !== undefined) world.send(`${name} ${kind}`, made);
    },
  };
}
