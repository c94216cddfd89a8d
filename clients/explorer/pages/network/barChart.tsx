import type { JSX } from "preact";
import { hrefOf } from "../../route/route.js";

/** One bar: a block and its figure. */
export interface Bar {
  readonly height: bigint;
  readonly value: number;
}

const WIDTH = 480;
const HEIGHT = 120;
const GAP_SHARE = 0.25;
/** Height of a bar that stands for nothing, so that it can be seen and pointed at. */
const STUB = 1.5;

/** Bars from left to right, each leading to its block. */
export function BarChart({
  label,
  bars,
  say,
}: {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** A bar's figure for people. */
  readonly say: (value: number) => string;
}): JSX.Element {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = WIDTH / Math.max(1, bars.length);
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={label}
        preserveAspectRatio="none"
      >
        {bars.map(({ height, value }, index) => {
          const tall = Math.max(STUB, (value / most) * HEIGHT);
          return (
            <a key={String(height)} href={hrefOf({ page: "block", height })} tabIndex={-1}>
              <title>{`block ${height}: ${say(value)}`}</title>
              <rect class="hit" x={index * step} y={0} width={step} height={HEIGHT} />
              <rect
                class="bar-fill"
                x={index * step + (step * GAP_SHARE) / 2}
                y={HEIGHT - tall}
                width={step * (1 - GAP_SHARE)}
                height={tall}
              />
            </a>
          );
        })}
      </svg>
      <figcaption>
        <span>{bars[0]?.height.toString()}</span>
        <span>{say(most)} at the top</span>
        <span>{bars.at(-1)?.height.toString()}</span>
      </figcaption>
    </figure>
  );
}
