import { ESLintUtils } from "@typescript-eslint/utils";

const UNORDERED = new Set(["Map", "Set", "ReadonlyMap", "ReadonlySet"]);
const WALKERS = new Set(["keys", "values", "entries"]);

function unorderedName(type) {
  const parts = type.isUnion() ? type.types : [type];
  return parts.map((part) => part.getSymbol()?.getName()).find((name) => UNORDERED.has(name));
}

/**
 * A Map or Set held in a field iterates in the order in which this node happened to fill it,
 * which differs after a restart. One that is built and read inside a function is fine.
 */
export const sharedMapIteration = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      shared:
        "This {{name}} outlives the call, so its order depends on this node's history. Iterate sortedEntries() or the store.",
    },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    function check(node) {
      let target = node;
      const callee = target.type === "CallExpression" ? target.callee : undefined;
      if (callee?.type === "MemberExpression" && WALKERS.has(callee.property.name)) {
        target = callee.object;
      }
      if (target.type !== "MemberExpression") return;
      const name = unorderedName(services.getTypeAtLocation(target));
      if (name !== undefined) context.report({ node: target, messageId: "shared", data: { name } });
    }
    return {
      ForOfStatement: (node) => check(node.right),
      SpreadElement: (node) => check(node.argument),
      "CallExpression[callee.property.name='forEach']": (node) => check(node.callee.object),
      "CallExpression[callee.object.name='Array'][callee.property.name='from']": (node) => {
        if (node.arguments[0] !== undefined) check(node.arguments[0]);
      },
    };
  },
});
