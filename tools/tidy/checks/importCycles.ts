import type { ImportEdge, ImportGraph } from "../imports.js";
import type { Offence } from "../offence.js";
import type { Tree } from "../tree.js";

/** No file imports itself by way of others, type-only imports included. One offence a cycle. */
export function checkImportCycles(tree: Tree, graph: ImportGraph): Offence[] {
  const done = new Set<string>();
  const offences: Offence[] = [];
  for (const file of graph.files) {
    const cycle = findCycle(graph, file, done);
    const [first] = cycle;
    if (first === undefined) continue;
    const route = [...cycle.map(({ from }) => from), first.from].join(" → ");
    offences.push({
      file: first.from,
      line: tree.lineAt(first.from, first.position),
      problem: `import cycle ${route}: move what both need into a file of its own`,
    });
  }
  return offences;
}

/** Edges of a cycle that is reachable from a file; files are visited once over all calls. */
function findCycle(graph: ImportGraph, start: string, done: Set<string>): readonly ImportEdge[] {
  const path: ImportEdge[] = [];
  const onPath = new Set<string>();
  const stack = [{ file: start, edges: done.has(start) ? [] : [...graph.edgesFrom(start)] }];
  onPath.add(start);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const edge = top.edges.shift();
    if (edge === undefined) {
      done.add(top.file);
      onPath.delete(top.file);
      stack.pop();
      path.pop();
    } else if (onPath.has(edge.to)) {
      for (const { file } of stack) done.add(file);
      return [...path, edge].slice(stack.findIndex(({ file }) => file === edge.to));
    } else if (!done.has(edge.to)) {
      path.push(edge);
      onPath.add(edge.to);
      stack.push({ file: edge.to, edges: [...graph.edgesFrom(edge.to)] });
    }
  }
  return [];
}
