// Engines draw no box taller than some 33.55 million pixels, so a list of a million rows may not fit one:
// a shorter scroller then stands for it. Row space is where the rows are; scroll space is what the
// scrollbar moves through.

/** How tall a scroller may be. Far below the engines' limit, and a pixel of it is still under a row. */
export const TALLEST_PX = 16_000_000;

/** A list of rows of one height, seen through a view. */
export interface Track {
  rows: number;
  row_px: number;
  view_px: number;
}

/** How tall all rows are together. */
export function content(track: Track): number {
  return track.rows * track.row_px;
}

/** How tall the scroller is that stands for them. */
export function scroller(track: Track): number {
  return Math.min(content(track), Math.max(TALLEST_PX, track.view_px));
}

/** The furthest that the view's top can be in row space. */
export function furthest(track: Track): number {
  return Math.max(0, content(track) - track.view_px);
}

/** Where the view's top is in row space when the scrollbar stands at `scroll_px`. */
export function topOfScroll(scroll_px: number, track: Track): number {
  const reach = scroller(track) - track.view_px;
  if (reach <= 0) return 0;
  return clamp((scroll_px / reach) * furthest(track), track);
}

/** Where the scrollbar stands when the view's top is at `top_px` in row space. */
export function scrollOfTop(top_px: number, track: Track): number {
  const far = furthest(track);
  if (far <= 0) return 0;
  return (clamp(top_px, track) / far) * (scroller(track) - track.view_px);
}

/** A place in row space, held to where there are rows. */
export function clamp(top_px: number, track: Track): number {
  return Math.min(Math.max(0, top_px), furthest(track));
}

/** The rows to draw: those in view, first to last (not included). */
export function inView(top_px: number, track: Track): { first: number; last: number } {
  const first = Math.floor(top_px / track.row_px);
  const last = Math.min(track.rows, Math.ceil((top_px + track.view_px) / track.row_px));
  return { first: Math.min(first, last), last };
}

/** The least move of the view that shows the whole row. */
export function topThatShows(row: number, top_px: number, track: Track): number {
  const above = row * track.row_px;
  const below = above + track.row_px - track.view_px;
  return clamp(Math.min(above, Math.max(below, top_px)), track);
}
