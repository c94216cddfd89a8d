import { checkDeadFiles } from "./checks/deadFiles.js";
import { checkLinks, checkStubPages, checkVerbs } from "./checks/documents.js";
import { checkGeneratedCode } from "./checks/generatedCode.js";
import { checkImportCycles } from "./checks/importCycles.js";
import { checkFileSizes, checkLeftovers, checkMachinePaths } from "./checks/leftovers.js";
import { checkModuleFiles, checkReadmeSections } from "./checks/moduleFiles.js";
import { checkModuleTable } from "./checks/moduleTable.js";
import { checkReadmeTables } from "./checks/readmeTables.js";
import { checkUniqueNames } from "./checks/uniqueNames.js";
import { ImportGraph } from "./imports.js";
import { type Offence, sortOffences } from "./offence.js";
import type { Tree } from "./tree.js";

/** Every offence of a tree, in order of file and line. */
export function runChecks(tree: Tree): Offence[] {
  const graph = new ImportGraph(tree);
  return sortOffences([
    ...checkModuleFiles(tree),
    ...checkReadmeSections(tree),
    ...checkReadmeTables(tree),
    ...checkModuleTable(tree),
    ...checkUniqueNames(tree),
    ...checkDeadFiles(tree, graph),
    ...checkImportCycles(tree, graph),
    ...checkLeftovers(tree),
    ...checkMachinePaths(tree),
    ...checkFileSizes(tree),
    ...checkStubPages(tree),
    ...checkLinks(tree),
    ...checkVerbs(tree),
    ...checkGeneratedCode(tree),
  ]);
}
