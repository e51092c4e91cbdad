// The rows of a queue, page by page, as far as they are looked at.

import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { reading } from "../ipc/answers";
import type { InboxRowView } from "../ipc/types.gen";
import { PAGE, pageOf, placeOf, rowAt } from "./list";

export interface QueueRows {
  /** How many rows the list has; `null` until it is known. */
  total: number | null;
  /** The row at this place; `undefined` while it is being read. */
  at: (place: number) => InboxRowView | undefined;
  /** Where an item stands, if its page is at hand. */
  find: (item: number) => number | null;
  /** What the desk said when it could not say what waits. */
  problem: string | null;
  readAgain: () => void;
}

/** The queue's rows around those in view. Items in `gone` are left out. */
export function useQueue(queue: string, first: number, last: number, gone: ReadonlySet<number>): QueueRows {
  // The first page is always at hand: it holds what is in the reviewer's hand.
  const pages = [...new Set([0, ...numbersFrom(pageOf(first), pageOf(Math.max(first, last + gone.size)))])];
  const answers = useQueries({
    queries: pages.map((page) => ({
      ...reading("inbox", { queue, offset: page * PAGE, limit: PAGE }),
      placeholderData: page === 0 ? undefined : keepPreviousData,
    })),
  });
  const data = answers.map((answer) => (answer.isPlaceholderData ? undefined : answer.data));
  const problem = answers.find(({ error }) => error !== null)?.error?.message ?? null;
  const newest = answers.filter(({ data }) => data !== undefined).sort((one, other) => other.dataUpdatedAt - one.dataUpdatedAt)[0];
  const total = newest?.data?.total ?? null;

  // eslint-disable-next-line react-hooks/exhaustive-deps -- the pages are what `data` holds, one by one
  return useMemo(() => {
    const rows = new Map<number, InboxRowView>();
    const places = new Map<number, number>();
    for (const page of data) {
      page?.rows.forEach((row, place) => {
        rows.set(page.offset + place, row);
        places.set(row.id, page.offset + place);
      });
    }
    const left = [...gone].flatMap((item) => places.get(item) ?? []).sort((one, other) => one - other);
    return {
      total: total === null ? null : Math.max(0, total - left.length),
      at: (place) => rows.get(rowAt(place, left)),
      find: (item) => {
        const row = places.get(item);
        return row === undefined || gone.has(item) ? null : placeOf(row, left);
      },
      problem,
      readAgain: () => answers.forEach((answer) => void answer.refetch()),
    };
  }, [total, gone, problem, ...data]);
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
