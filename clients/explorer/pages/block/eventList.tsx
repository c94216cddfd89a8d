import type { JSX } from "preact";
import type { BlockResults } from "#sdk/index.js";

type Event = BlockResults["events"][number];

/** Events as they happened, each with what it says. */
export function EventList({ events }: { readonly events: readonly Event[] }): JSX.Element {
  if (events.length === 0) return <p class="empty">Nothing.</p>;
  return (
    <ol class="events">
      {events.map(({ type, attributes }, index) => (
        <li key={index}>
          <strong>{type}</strong>
          <span>
            {attributes
              .filter(({ key }) => key !== "mode")
              .map(({ key, value }) => (
                <span key={key} class="attribute">
                  <span class="faint">{key}</span> <code>{value}</code>
                </span>
              ))}
          </span>
        </li>
      ))}
    </ol>
  );
}
