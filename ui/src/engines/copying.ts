// Copying what is shown once.

import type { Saying } from "./useSaying";

/** Puts the text on the system's clipboard, and says whether it got there. */
export function copying(saying: Saying, what: string, text: string): void {
  void saying.doing(`Copying the ${what}.`, async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      throw new NotCopied(what);
    }
    return `The ${what} is copied.`;
  });
}

/** The system keeps its clipboard to itself; what is shown can be copied by hand. */
class NotCopied {
  readonly code = "fault";
  readonly message: string;
  constructor(what: string) {
    this.message = `The ${what} could not be copied. Select it and press Ctrl C.`;
  }
}
