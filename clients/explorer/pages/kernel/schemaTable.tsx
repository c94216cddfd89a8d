import type { JSX } from "preact";
import type { Field, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { typeText } from "../../schema/inputForm.js";
import { DataTable } from "../../ui/dataTable.js";

interface Line {
  readonly direction: "input" | "output";
  readonly field: Field;
}

/** What a kernel takes and gives. */
export function SchemaTable({ manifest }: { readonly manifest: Manifest }): JSX.Element {
  const lines: readonly Line[] = [
    ...manifest.inputs.map((field) => ({ direction: "input", field }) as const),
    ...manifest.outputs.map((field) => ({ direction: "output", field }) as const),
  ];
  return (
    <DataTable
      label="schema"
      columns={[
        { title: "", cell: ({ direction }) => <span class="faint">{direction}</span> },
        { title: "Name", cell: ({ field }) => <code>{field.name}</code> },
        { title: "Type", cell: ({ field }) => <code>{typeText(field)}</code> },
      ]}
      rows={lines}
      rowKey={({ direction, field }) => `${direction}/${field.name}`}
      empty="It takes nothing and gives nothing."
    />
  );
}
