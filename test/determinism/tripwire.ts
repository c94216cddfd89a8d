/** A block execution used what differs between machines or moments. */
export class Tripped extends Error {
  constructor(what: string) {
    super(`${what} was used while blocks were executed`);
    this.name = "Tripped";
  }
}

type Methods = Record<string, unknown>;

/** What must not be used, by the object that has it. */
const WIRES: ReadonlyArray<readonly [owner: object, names: readonly string[], label: string]> = [
  [Date, ["now"], "Date"],
  [Math, ["random"], "Math"],
  [performance, ["now"], "performance"],
  [process, ["hrtime", "uptime", "nextTick"], "process"],
  [
    globalThis,
    ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "fetch"],
    "globalThis",
  ],
  [globalThis.crypto, ["getRandomValues", "randomUUID"], "crypto"],
  [Date.prototype, ["toLocaleString", "getTimezoneOffset"], "Date.prototype"],
  [
    String.prototype,
    ["localeCompare", "toLocaleLowerCase", "toLocaleUpperCase"],
    "String.prototype",
  ],
  [Number.prototype, ["toLocaleString"], "Number.prototype"],
  [Array.prototype, ["toLocaleString"], "Array.prototype"],
];

/** Clocks without arguments, and what else is constructed. */
const CONSTRUCTORS = ["Date", "Promise"] as const;

/**
 * Runs synchronous work while clocks, random numbers, timers, promises and locales throw; puts them
 * back whatever happens.
 */
export function underTripwire<T>(work: () => T): T {
  const restores = [...WIRES.flatMap(([owner, names, label]) => arm(owner, names, label))];
  restores.push(...CONSTRUCTORS.map(armConstructor));
  try {
    return work();
  } finally {
    for (const restore of restores) restore();
  }
}

function arm(owner: object, names: readonly string[], label: string): Array<() => void> {
  return names.map((name) => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const value = (): never => {
      throw new Tripped(`${label}.${name}`);
    };
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
    return () => {
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    };
  });
}

function armConstructor(name: (typeof CONSTRUCTORS)[number]): () => void {
  const globals = globalThis as unknown as Methods;
  const before = globals[name] as new (...args: unknown[]) => object;
  globals[name] = new Proxy(before, {
    construct(target, args: unknown[]) {
      if (name === "Date" && args.length > 0) return new target(...args);
      throw new Tripped(`new ${name}()`);
    },
  });
  return () => {
    globals[name] = before;
  };
}
