import "./parts.css";

/** Lines that stand for text which is being read. Their widths in percent. */
export function Skeleton({ lines }: { lines: number[] }) {
  return (
    <div className="skeleton" aria-busy="true" role="status" aria-label="Loading">
      {lines.map((width, place) => (
        <span key={place} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
