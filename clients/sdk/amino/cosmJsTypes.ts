import { fromAmino } from "#core/codec/amino/fromAmino.js";
import { aminoName, toAmino } from "#core/codec/amino/toAmino.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import type { AnyCodec } from "#core/codec/message.js";
import { AIVM_MESSAGES, signedTypes } from "./messageTypes.js";

/** What CosmJS's `AminoTypes` takes for a type URL. */
export interface AminoConverter {
  readonly aminoType: string;
  readonly toAmino: (value: object) => unknown;
  readonly fromAmino: (value: unknown) => object;
}

/**
 * Converters for CosmJS's `AminoTypes`: our own messages, and `MsgUnjail`, which CosmJS lacks.
 *
 * @example
 * const aminoTypes = new AminoTypes({ ...createDefaultAminoConverters(), ...aminoConverters() });
 */
export function aminoConverters(): Record<string, AminoConverter> {
  return Object.fromEntries(
    lackingInCosmJs().map((codec) => [
      codec.typeUrl,
      {
        aminoType: aminoName(codec),
        toAmino: (value: object) => toAmino(codec, codec.create(value), signedTypes()),
        fromAmino: (value: unknown) => fromAmino(codec, value),
      },
    ]),
  );
}

/** What CosmJS's `Registry` calls of its `GeneratedType`, which this package does not import. */
interface CosmJsType {
  readonly encode: (message: object) => { readonly finish: () => Uint8Array };
  readonly decode: (input: Uint8Array) => object;
  readonly fromPartial: (value: object) => object;
}

/**
 * Adds our own messages, and `MsgUnjail`, to a `Registry` of CosmJS. Their values are those of
 * `@aivm/sdk/proto/…`; fields that are left out have their default values.
 *
 * @example
 * const registry = new Registry(defaultRegistryTypes);
 * registerCosmJsTypes(registry);
 */
export function registerCosmJsTypes(registry: {
  readonly register: (typeUrl: string, type: never) => void;
}): void {
  for (const codec of lackingInCosmJs()) {
    const type: CosmJsType = {
      encode: (message) => ({ finish: () => codec.encode(codec.create(message)) }),
      decode: (input) => codec.decode(input),
      fromPartial: (value) => codec.create(value),
    };
    registry.register(codec.typeUrl, type as never);
  }
}

function lackingInCosmJs(): readonly AnyCodec[] {
  return [...AIVM_MESSAGES, MsgUnjail];
}
