declare const unit: unique symbol;

/** A value that carries a unit in its type; the runtime value is bare. */
export type Unit<T, Name extends string> = T & { readonly [unit]: Name };

/** Block height; the first block has the genesis file's initial height. */
export type Height = Unit<bigint, "Height">;

/** Nanoseconds since 1970-01-01T00:00:00Z, as the block header carries them. */
export type TimeNs = Unit<bigint, "TimeNs">;

/** Gas: SDK gas for transactions, sandbox gas for executions. */
export type Gas = Unit<bigint, "Gas">;

/** Basis points: 10,000 are the whole. */
export type Bps = Unit<bigint, "Bps">;

/** The whole, in basis points. */
export const BPS_ONE = 10_000n as Bps;

/** Nanoseconds of one second. */
export const NS_PER_SECOND = 1_000_000_000n;
