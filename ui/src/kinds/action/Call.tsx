// What an engine is about to do: the tool, and each argument on a line of its own.

import type { ItemView } from "../../ipc/types.gen";
import { isRounded, Json } from "../../parts/text/Json";
import { LongText } from "../../parts/text/LongText";
import { Seen } from "../../parts/text/Seen";
import { member } from "../kind";
import { Rest } from "../Rest";
import "../kinds.css";

export function Call({ item }: { item: ItemView }) {
  const { content } = item;
  const tool = member(content, "tool");
  const args = member(content, "arguments");
  const text = member(content, "text");
  if (typeof tool !== "string" && args === undefined) return <Json value={content} />;
  const known = ["arguments", ...(typeof tool === "string" ? ["tool"] : []), ...(typeof text === "string" ? ["text"] : [])];
  return (
    <>
      {typeof tool === "string" && (
        <p className="tool" data-testid="tool">
          <span className="small-heading">Wants to run</span>
          <code>
            <Seen text={tool} />
          </code>
        </p>
      )}
      {typeof text === "string" && <LongText className="prose" text={text} />}
      {args !== undefined && <Arguments of={args} />}
      {isRounded(args) && (
        <p className="rounded" role="note">
          A number here is larger than the window can show to the last digit. Approving sends it as it was handed in; correcting would round it.
        </p>
      )}
      <Rest of={content} known={known} />
    </>
  );
}

function Arguments({ of }: { of: unknown }) {
  const isTable = typeof of === "object" && of !== null && !Array.isArray(of);
  if (!isTable) return <Json value={of} />;
  const entries: [string, unknown][] = Object.entries(of);
  if (entries.length === 0) return <p className="quiet">Without arguments.</p>;
  return (
    <table className="arguments" data-testid="arguments">
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">
              <Seen text={name} />
            </th>
            <td>{typeof value === "string" ? <LongText className="argument-text" text={value} /> : <Json value={value} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
