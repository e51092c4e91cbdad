import { expect, it } from "vitest";

import { placeOf, rowAt } from "./list";

it("leaves out rows that are gone, and finds each place again", () => {
  const gone = [0, 1, 4];
  expect([0, 1, 2, 3].map((place) => rowAt(place, gone))).toEqual([2, 3, 5, 6]);
  for (const row of [2, 3, 5, 6, 100]) expect(rowAt(placeOf(row, gone), gone)).toBe(row);
});

it("changes nothing when nothing is gone", () => {
  expect(rowAt(7, [])).toBe(7);
  expect(placeOf(7, [])).toBe(7);
});
