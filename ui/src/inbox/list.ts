// Which row of the queue stands where in the inbox, while some have already left it.

/** So many rows are asked for at once. */
export const PAGE = 100;

/** The page that a row is on. */
export function pageOf(row: number): number {
  return Math.floor(row / PAGE);
}

/** The row of the queue that stands at `place` once the rows at `gone` (ascending) are left out. */
export function rowAt(place: number, gone: readonly number[]): number {
  let row = place;
  for (const left of gone) {
    if (left > row) break;
    row += 1;
  }
  return row;
}

/** Where a row of the queue stands once the rows at `gone` (ascending) are left out. */
export function placeOf(row: number, gone: readonly number[]): number {
  return row - gone.filter((left) => left < row).length;
}
