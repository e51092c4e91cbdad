// Where in a profile a member stands that the desk's words name.

import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

interface Place {
  line: number | null;
  column: number | null;
}

/** The place of `settings/webhook` in the text if the words begin with `settings/webhook: `, or of as much of that path as there is. */
export function placeOfMember(text: string, words: string): Place {
  const path = /^([\w./-]+): /.exec(words)?.[1];
  const root = parseTree(text);
  if (path === undefined || root === undefined) return { line: null, column: null };
  const steps = path.split("/");
  for (let length = steps.length; length > 0; length--) {
    const node = findNodeAtLocation(root, steps.slice(0, length));
    if (node) return placeOf(text, node);
  }
  return { line: null, column: null };
}

function placeOf(text: string, node: Node): Place {
  const before = text.slice(0, node.offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
