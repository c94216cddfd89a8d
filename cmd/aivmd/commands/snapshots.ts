import type { Command } from "commander";
import { toUpperHex } from "#core/primitives/bytes.js";
import { deleteSnapshot, exportSnapshot, listSnapshots } from "#node/maintenance/keptSnapshots.js";
import type { StoredSnapshot } from "#node/snapshots/snapshotFolder.js";
import { wrongUse } from "../errors.js";
import { addExamples } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs, type Session } from "../session.js";

/** Adds `snapshots`. */
export function registerSnapshots(program: Command, io: CommandIo): void {
  const snapshots = program
    .command("snapshots")
    .summary("snapshots of the state for nodes that join")
    .description(
      "Shows, makes and deletes the snapshots that this node serves to nodes that join by state sync. A running node makes them by itself: see [state-sync] in app.toml.",
    );
  addExamples(snapshots, "aivmd snapshots list", "aivmd snapshots export");
  const list = snapshots.command("list").description("Lists the snapshots, newest first.");
  addExamples(list, "aivmd snapshots list", "aivmd snapshots list --output json");
  runs(list, io, showSnapshots);
  const make = snapshots
    .command("export")
    .description("Makes a snapshot of the last height. The node must not run.");
  addExamples(make, "aivmd snapshots export");
  runs(make, io, makeSnapshot);
  const remove = snapshots
    .command("delete <height>")
    .description("Deletes the snapshot of a height. The node must not run.");
  addExamples(remove, "aivmd snapshots delete 1000");
  runs(remove, io, removeSnapshot);
}

function showSnapshots({ home, terminal }: Session): void {
  const snapshots = listSnapshots(home);
  terminal.show(snapshots.map(printed), () =>
    snapshots.length === 0
      ? "no snapshots; `aivmd snapshots export` makes one of a node that does not run"
      : terminal.table(
          [
            { title: "height", align: "right" },
            { title: "format", align: "right" },
            { title: "chunks", align: "right" },
            { title: "bytes", align: "right" },
            { title: "hash" },
          ],
          snapshots.map(({ height, format, chunks, bytes, hash }) => [
            ...[height, format, chunks, bytes].map(String),
            toUpperHex(hash),
          ]),
        ),
  );
}

async function makeSnapshot({ home, terminal }: Session): Promise<void> {
  const snapshot = await exportSnapshot(home);
  const { height, chunks, bytes } = snapshot;
  terminal.show(
    printed(snapshot),
    () => `made the snapshot of height ${height}: ${chunks} chunk(s), ${bytes} bytes`,
  );
}

function removeSnapshot(
  { home, terminal }: Session,
  _flags: object,
  [text = ""]: readonly string[],
): void {
  if (!/^[1-9][0-9]{0,15}$/.test(text)) {
    throw wrongUse({ problem: `${text}: must be a height such as 1000` });
  }
  const height = BigInt(text);
  deleteSnapshot(home, height);
  terminal.show({ deleted: height }, () => `deleted the snapshot of height ${height}`);
}

function printed({ height, format, chunks, bytes, hash }: StoredSnapshot): object {
  return { height, format, chunks, bytes, hash: toUpperHex(hash) };
}
