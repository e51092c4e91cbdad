// Where in a profile a member stands that the desk's words name.

import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

interface Place {
  line: number | null;
  column: number | null;
}

/** The place of what `settings/webhook: ` or `signing: aws.key: ` before the words names, or of as much of that path as there is. */
export function placeOfMember(text: string, words: string): Place {
  const root = parseTree(text);
  const named = /^(?:[\w./-]+: )+/.exec(words)?.[0];
  if (named === undefined || root === undefined) return { line: null, column: null };
  const steps = named.trimEnd().replace(/:$/, "").split(/: |[/.]/);
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
