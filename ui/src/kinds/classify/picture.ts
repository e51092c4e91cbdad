// Where a picture in an item's content comes from.

import { member } from "../kind";

/** A picture that the window shows, one that it does not fetch, or something else altogether. */
export type Source = { attachment: string } | { elsewhere: string } | null;

/** What stands in `content.image`. */
export function sourceOf(image: unknown): Source {
  const attachment = member(image, "attachment");
  if (typeof attachment === "string" && /^sha256:[0-9a-f]{64}$/.test(attachment)) return { attachment };
  const url = typeof image === "string" ? image : member(image, "url");
  return typeof url === "string" ? { elsewhere: url } : null;
}
