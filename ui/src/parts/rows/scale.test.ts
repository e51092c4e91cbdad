import { describe, expect, it } from "vitest";

import { clamp, content, furthest, inView, scroller, scrollOfTop, TALLEST_PX, topOfScroll, topThatShows, type Track } from "./scale";

const SHORT: Track = { rows: 1_000, row_px: 36, view_px: 720 };
const LONG: Track = { rows: 1_000_000, row_px: 36, view_px: 720 };

describe("a list that fits its scroller", () => {
  it("has one space for both", () => {
    expect(scroller(SHORT)).toBe(content(SHORT));
    for (const at of [0, 17, 20_000, furthest(SHORT)]) {
      expect(topOfScroll(at, SHORT)).toBeCloseTo(at, 6);
      expect(scrollOfTop(at, SHORT)).toBeCloseTo(at, 6);
    }
  });
});

describe("a list of a million rows", () => {
  it("stands in a scroller that every engine can draw", () => {
    expect(content(LONG)).toBe(36_000_000);
    expect(scroller(LONG)).toBe(TALLEST_PX);
  });

  it("begins and ends where its scrollbar does", () => {
    expect(topOfScroll(0, LONG)).toBe(0);
    expect(topOfScroll(scroller(LONG) - LONG.view_px, LONG)).toBe(furthest(LONG));
    expect(inView(furthest(LONG), LONG)).toEqual({ first: 999_980, last: 1_000_000 });
  });

  it("comes back from the scrollbar's whole pixels to within a row", () => {
    for (let row = 0; row < 1_000_000; row += 7_919) {
      const top_px = row * LONG.row_px;
      const back = topOfScroll(Math.round(scrollOfTop(top_px, LONG)), LONG);
      expect(Math.abs(back - clamp(top_px, LONG))).toBeLessThan(LONG.row_px);
    }
  });

  it("moves only as far as it must to show a row", () => {
    expect(topThatShows(5, 0, LONG), "in view already").toBe(0);
    expect(topThatShows(20, 0, LONG), "just below").toBe(36);
    expect(topThatShows(3, 360, LONG), "above").toBe(108);
    expect(topThatShows(999_999, 0, LONG)).toBe(furthest(LONG));
  });
});

describe("a list that is shorter than its view", () => {
  const few: Track = { rows: 3, row_px: 36, view_px: 720 };

  it("never moves", () => {
    expect(furthest(few)).toBe(0);
    expect(topOfScroll(50, few)).toBe(0);
    expect(scrollOfTop(50, few)).toBe(0);
    expect(inView(0, few)).toEqual({ first: 0, last: 3 });
  });
});
