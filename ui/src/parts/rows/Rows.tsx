// A list of any number of rows of one height, of which only those in view exist. Another list is another
// element, by its `key`: it starts at its top.
//
// Virtualisers from the shelf keep a measurement for each row, which at a million rows is a hundred
// megabytes and is made anew whenever the number changes. Rows of one height need none.

import { type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

import { clamp, content, inView, scroller, scrollOfTop, topOfScroll, topThatShows, type Track } from "./scale";
import "./rows.css";

interface Properties {
  label: string;
  rows: number;
  row_px: number;
  /** The row that keys act on; it is brought into view when it changes. */
  cursor: number | null;
  /** The element id of the cursor's row, for those who hear the list. */
  cursorId?: string | undefined;
  /** Draws the rows from `first` to `last` (not included), each `row_px` tall. */
  children: (first: number, last: number) => ReactNode;
  /** Told which rows are in view, whenever that changes. */
  onView: (first: number, last: number) => void;
}

export function Rows({ label, rows, row_px, cursor, cursorId, children, onView }: Properties) {
  const box = useRef<HTMLDivElement>(null);
  const [view_px, setView] = useState(0);
  const [wanted_px, setTop] = useState(0);
  const track: Track = { rows, row_px, view_px };
  const top_px = clamp(wanted_px, track);
  const latest = useRef({ track, top_px });
  useLayoutEffect(() => {
    latest.current = { track, top_px };
  });

  const moveTo = useCallback((px: number) => {
    latest.current.top_px = px;
    setTop(px);
    if (box.current) box.current.scrollTop = scrollOfTop(px, latest.current.track);
  }, []);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setView(element.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // A shorter scroller would make the wheel take strides: then the wheel moves row space itself.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      const { track, top_px } = latest.current;
      if (scroller(track) === content(track) || event.ctrlKey) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? track.row_px : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? track.view_px : 1;
      moveTo(clamp(top_px + event.deltaY * unit, track));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [moveTo]);

  const scrolled = () => {
    if (!box.current) return;
    const { track, top_px } = latest.current;
    const scroll_px = box.current.scrollTop;
    // The echo of a move of our own, rounded to the scroller's pixels, is no news.
    if (Math.abs(scroll_px - scrollOfTop(top_px, track)) < 1) return;
    setTop(topOfScroll(scroll_px, track));
  };

  useLayoutEffect(() => {
    if (cursor === null || view_px === 0) return;
    const { track, top_px } = latest.current;
    const shown = topThatShows(cursor, top_px, track);
    if (shown !== top_px) moveTo(shown);
  }, [cursor, view_px, moveTo]);

  const { first, last } = inView(top_px, track);
  useEffect(() => onView(first, last), [onView, first, last]);

  return (
    <div
      ref={box}
      className="rows"
      onScroll={scrolled}
      role="listbox"
      aria-label={label}
      aria-activedescendant={cursorId}
      tabIndex={0}
      data-testid="rows"
    >
      <div className="rows-track" style={{ height: scroller(track) }}>
        <div className="rows-view" style={{ height: Math.min(view_px, content(track)) }}>
          <div style={{ transform: `translateY(${first * row_px - top_px}px)` }}>{children(first, last)}</div>
        </div>
      </div>
    </div>
  );
}
