// The text or the picture that nobody is sure of.

import type { ItemView } from "../../ipc/types.gen";
import { Json } from "../../parts/text/Json";
import { LongText } from "../../parts/text/LongText";
import { member } from "../kind";
import { Rest } from "../Rest";
import { Picture } from "./Picture";
import "../kinds.css";

export function Doubt({ item }: { item: ItemView }) {
  const { content } = item;
  if (typeof content === "string") return <LongText className="prose" text={content} />;
  const text = member(content, "text");
  const image = member(content, "image");
  const shown = typeof text === "string" || image !== undefined;
  if (!shown) return <Json value={content} />;
  return (
    <>
      {image !== undefined && <Picture of={image} title={item.title} />}
      {typeof text === "string" && <LongText className="prose" text={text} />}
      <Rest of={content} known={typeof text === "string" ? ["text", "image"] : ["image"]} />
    </>
  );
}
