import { KeyCap } from "../parts/KeyCap";
import type { Action } from "./action";
import "./actions.css";

interface Properties<Context> {
  action: Action<Context>;
  context: Context;
  look?: "plain" | "main" | "ghost";
  label?: string;
}

/** An action as a button, with its key on it. */
export function ActionButton<Context>({ action, context, look = "plain", label = action.label }: Properties<Context>) {
  const key = action.keys[0];
  return (
    <button
      type="button"
      className="button"
      data-look={look}
      data-action={action.name}
      disabled={!action.isEnabled(context)}
      aria-keyshortcuts={key === " " ? "Space" : key?.replace("Ctrl", "Control")}
      // A button pressed with the mouse leaves the focus where it is: the next Space is the window's again.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => action.run(context)}
    >
      <span>{label}</span>
      {key !== undefined && <KeyCap of={key} />}
    </button>
  );
}
