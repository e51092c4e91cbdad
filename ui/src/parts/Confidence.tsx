import "./parts.css";

/** A confidence from 0 to 1 in whole percent, cut and not rounded: only certainty reads 100 %. */
export function percent(confidence: number): string {
  return `${Math.floor(confidence * 100)} %`;
}

/** A confidence as a bar and a number. */
export function Confidence({ of }: { of: number }) {
  return (
    <span className="confidence">
      <span className="confidence-bar" aria-hidden="true">
        <span style={{ width: `${of * 100}%` }} />
      </span>
      <span className="confidence-number">{percent(of)}</span>
    </span>
  );
}
