import "./parts.css";

/** What a state means for the person. */
export type Tone = "good" | "busy" | "warn" | "bad" | "quiet";

/** A state: a dot and a word. */
export function Dot({ tone, word }: { tone: Tone; word: string }) {
  return (
    <span className="dot-word">
      <span className="dot" data-tone={tone} aria-hidden="true" />
      {word}
    </span>
  );
}
