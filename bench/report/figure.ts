/** What a figure should reach; missing it is shown and does not fail the bench. */
export interface Target {
  readonly kind: "at least" | "at most";
  readonly value: number;
}

/** One measured number. */
export interface Figure {
  /** Unique within its section. */
  readonly name: string;
  readonly value: number;
  /** As it is shown after the value, for example `tx/s`. */
  readonly unit: string;
  readonly target?: Target;
}

/** The figures of one measurement. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** What was measured under which conditions, and what could not be measured and why. */
  readonly notes: readonly string[];
}

/** Whether a figure meets its target; undefined when it has none. */
export function meetsTarget({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return target.kind === "at least" ? value >= target.value : value <= target.value;
}

/** Three significant digits at least, thousands separated. */
export function formatValue(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `at least 60 %`, or nothing. */
export function formatTarget({ target, unit }: Figure): string {
  return target === undefined ? "" : `${target.kind} ${formatValue(target.value)} ${unit}`.trim();
}
