import type { ReactNode } from "react";

import "./parts.css";

interface Properties {
  /** One sentence: what there is not, or what happened. */
  title: string;
  /** What can be done. */
  children?: ReactNode;
  tone?: "quiet" | "bad";
  /** `h1` where nothing else on the page is a heading. */
  heading?: "h1" | "p";
}

/** A pane without content: one sentence, and one thing to do. */
export function Blank({ title, children, tone = "quiet", heading: Heading = "p" }: Properties) {
  return (
    <div className="blank" data-tone={tone} role={tone === "bad" ? "alert" : undefined} data-testid="blank">
      <Heading className="blank-title">{title}</Heading>
      {children}
    </div>
  );
}
