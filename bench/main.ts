import { measureNode } from "./measure/node.js";
import { QUICK } from "./options.js";
import { renderText } from "./report/text.js";
console.log(renderText([await measureNode(QUICK)]));
