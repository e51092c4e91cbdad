// A picture that was handed in, as large as the pane allows. Nothing is ever fetched from elsewhere.

import { useState } from "react";

import { attachmentAddress } from "../../ipc/attachment";
import { Json } from "../../parts/text/Json";
import { Seen } from "../../parts/text/Seen";
import { sourceOf } from "./picture";
import "../kinds.css";

/** Pictures up to so many pixels a side are enlarged pixel by pixel, up to so many smoothly. */
const TINY_PX = 64;
const SMALL_PX = 360;

export function Picture({ of, title }: { of: unknown; title: string }) {
  const source = sourceOf(of);
  if (source === null) return <Json value={of} />;
  if ("elsewhere" in source) {
    return (
      <p className="not-fetched" data-testid="not-fetched">
        <span>Picture not fetched. Placet shows only what was handed in with the item.</span>
        <code>
          <Seen text={source.elsewhere} />
        </code>
      </p>
    );
  }
  // Another picture is another element: the old one must never stand beside the new question.
  return <Attached key={source.attachment} id={source.attachment} title={title} />;
}

function Attached({ id, title }: { id: string; title: string }) {
  const [state, setState] = useState<"reading" | "tiny" | "small" | "whole" | "failed">("reading");
  if (state === "failed") {
    return (
      <p className="not-fetched" role="alert">
        <span>This picture cannot be shown. The file is missing or is not a picture.</span>
        <code>{id}</code>
      </p>
    );
  }
  return (
    <img
      className="picture"
      data-size={state}
      data-testid="picture"
      src={attachmentAddress(id)}
      alt={`Handed in with: ${title}`}
      decoding="sync"
      draggable={false}
      onLoad={({ currentTarget: image }) => {
        const side = Math.max(image.naturalWidth, image.naturalHeight);
        setState(side <= TINY_PX ? "tiny" : side <= SMALL_PX ? "small" : "whole");
      }}
      onError={() => setState("failed")}
    />
  );
}
