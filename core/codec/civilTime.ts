import { divFloor } from "#core/primitives/intMath.js";

/** Seconds and nanoseconds since 1970-01-01T00:00:00Z, as google.protobuf.Timestamp. */
export interface Instant {
  readonly seconds: bigint;
  readonly nanos: number;
}

const SECONDS_PER_DAY = 86_400n;
const EARLIEST_SECONDS = -62_135_596_800n;
const LATEST_SECONDS = 253_402_300_799n;

/** Whether an instant is one of years 1 to 9999, as google.protobuf.Timestamp demands. */
export function isInstant({ seconds, nanos }: Instant): boolean {
  const inRange = seconds >= EARLIEST_SECONDS && seconds <= LATEST_SECONDS;
  return inRange && nanos >= 0 && nanos < 1_000_000_000;
}

/**
 * RFC 3339 in UTC with 0, 3, 6 or 9 fractional digits, as protobuf JSON has it.
 *
 * The instant must satisfy {@link isInstant}. Integer arithmetic on the proleptic Gregorian calendar: `Date` would drop the nanoseconds and
 * is banned from consensus code.
 */
export function formatInstant(instant: Instant): string {
  const days = divFloor(instant.seconds, SECONDS_PER_DAY);
  const second = instant.seconds - days * SECONDS_PER_DAY;
  const { year, month, day } = dateOfDays(days);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const time = `${pad(second / 3600n, 2)}:${pad((second / 60n) % 60n, 2)}:${pad(second % 60n, 2)}`;
  return `${date}T${time}${formatFraction(instant.nanos)}Z`;
}

/** Fraction of a second as `.5`, padded to 3, 6 or 9 digits; empty when zero. */
export function formatFraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = nanos.toString().padStart(9, "0");
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return digits.endsWith("000") ? `.${digits.slice(0, 6)}` : `.${digits}`;
}

/** Parses RFC 3339 with `Z` or a numeric offset; undefined when it is not a valid time. */
export function parseInstant(text: string): Instant | undefined {
  const match =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$/.exec(
      text,
    );
  if (match === null) return undefined;
  const field = (index: number): bigint => BigInt(match[index] ?? "0");
  const [year, month, day] = [field(1), field(2), field(3)];
  const [hour, minute, second] = [field(4), field(5), field(6)];
  if (!isDate(year, month, day) || hour > 23n || minute > 59n || second > 59n) return undefined;
  const seconds =
    daysOfDate(year, month, day) * SECONDS_PER_DAY +
    hour * 3600n +
    minute * 60n +
    second -
    offsetSeconds(match[8] ?? "Z");
  const instant = { seconds, nanos: Number((match[7] ?? "").padEnd(9, "0")) };
  return isInstant(instant) ? instant : undefined;
}

function offsetSeconds(zone: string): bigint {
  if (zone === "Z") return 0n;
  const size = BigInt(zone.slice(1, 3)) * 3600n + BigInt(zone.slice(4, 6)) * 60n;
  return zone.startsWith("-") ? -size : size;
}

function isDate(year: bigint, month: bigint, day: bigint): boolean {
  return month >= 1n && month <= 12n && day >= 1n && day <= daysInMonth(year, month);
}

function daysInMonth(year: bigint, month: bigint): bigint {
  if (month === 2n) return isLeap(year) ? 29n : 28n;
  return month === 4n || month === 6n || month === 9n || month === 11n ? 30n : 31n;
}

function isLeap(year: bigint): boolean {
  return year % 4n === 0n && (year % 100n !== 0n || year % 400n === 0n);
}

/** Days since the epoch; years begin in March so that the leap day comes last. */
function daysOfDate(year: bigint, month: bigint, day: bigint): bigint {
  const shifted = month > 2n ? year : year - 1n;
  const era = divFloor(shifted, 400n);
  const yearOfEra = shifted - era * 400n;
  const dayOfYear = (153n * (month > 2n ? month - 3n : month + 9n) + 2n) / 5n + day - 1n;
  const dayOfEra = yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear;
  return era * 146_097n + dayOfEra - 719_468n;
}

function dateOfDays(days: bigint): { year: bigint; month: bigint; day: bigint } {
  const shifted = days + 719_468n;
  const era = divFloor(shifted, 146_097n);
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * dayOfYear + 2n) / 153n;
  const month = shiftedMonth < 10n ? shiftedMonth + 3n : shiftedMonth - 9n;
  return {
    year: yearOfEra + era * 400n + (month <= 2n ? 1n : 0n),
    month,
    day: dayOfYear - (153n * shiftedMonth + 2n) / 5n + 1n,
  };
}

function pad(value: bigint, width: number): string {
  return value.toString().padStart(width, "0");
}
