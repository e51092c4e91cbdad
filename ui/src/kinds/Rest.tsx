import { Json } from "../parts/text/Json";
import { rest } from "./kind";
import "./kinds.css";

/** What the content holds besides the members that its kind knows. */
export function Rest({ of, known }: { of: unknown; known: readonly string[] }) {
  const left = rest(of, known);
  if (left === null) return null;
  return (
    <section className="rest" aria-label="Further content">
      <h2 className="small-heading">Also handed in</h2>
      <Json value={left} />
    </section>
  );
}
