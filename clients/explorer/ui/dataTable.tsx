import type { ComponentChildren, JSX } from "preact";

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: "right" | undefined;
  /** Left out on narrow screens. */
  readonly wideOnly?: boolean | undefined;
  /** Holds words, which may go on in a second line. */
  readonly wraps?: boolean | undefined;
  readonly cell: (row: Row) => ComponentChildren;
}

/** A table that scrolls sideways rather than breaking the page. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
}: {
  readonly label: string;
  readonly columns: ReadonlyArray<Column<Row>>;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Said when there are no rows. */
  readonly empty: ComponentChildren;
}): JSX.Element {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <div class="table-scroll">
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.title} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<Row>({ align, wideOnly, wraps }: Column<Row>): string {
  const names = [align === "right" && "right", wideOnly && "wide-only", wraps && "wraps"];
  return names.filter((name) => typeof name === "string").join(" ");
}
