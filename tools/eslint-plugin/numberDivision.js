import { ESLintUtils } from "@typescript-eslint/utils";
import ts from "typescript";

/** Division and powers of `number` are floating point; consensus arithmetic is on bigint. */
export const numberDivision = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      float: "Floating-point arithmetic. Use bigint with divFloor or divCeil, or a shift.",
    },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    function check(node) {
      const type = services.getTypeAtLocation(node.left);
      if ((type.flags & ts.TypeFlags.NumberLike) !== 0) {
        context.report({ node, messageId: "float" });
      }
    }
    return {
      "BinaryExpression[operator=/^(\\u002f|\\*\\*)$/]": check,
      "AssignmentExpression[operator=/^(\\u002f=|\\*\\*=)$/]": check,
    };
  },
});
