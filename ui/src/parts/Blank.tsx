import type { ReactNode } from "react";

import "./parts.css";

interface Properties {
  /** One sentence: what there is not, or what happened. */
  title: string;
  /** What can be done. */
  children?: ReactNode;
  tone?: "quiet" | "bad";
}

/** A pane without content: one sentence, and one thing to do. */
export function Blank({ title, children, tone = "quiet" }: Properties) {
  return (
    <div className="blank" data-tone={tone} role={tone === "bad" ? "alert" : undefined} data-testid="blank">
      <p className="blank-title">{title}</p>
      {children}
    </div>
  );
}
