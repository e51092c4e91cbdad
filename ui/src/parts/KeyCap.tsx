import "./parts.css";

const SIGNS: Record<string, string> = {
  " ": "Space",
  Escape: "Esc",
  Backspace: "Bksp",
  PageUp: "PgUp",
  PageDown: "PgDn",
  ArrowUp: "↑",
  ArrowDown: "↓",
};

/** The words on the caps of a key or chord: `Ctrl+k` has two. */
export function caps(key: string): string[] {
  const parts = key.length > 1 ? key.split("+") : [key];
  return parts.map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** A key or chord as caps. Those who hear the page learn keys from the button's own attribute. */
export function KeyCap({ of }: { of: string }) {
  return (
    <span className="caps" aria-hidden="true">
      {caps(of).map((cap) => (
        <kbd key={cap} className="cap">
          {cap}
        </kbd>
      ))}
    </span>
  );
}
