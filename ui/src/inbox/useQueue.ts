// The rows of a queue, page by page, as far as they are looked at.

import { useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useCallback } from "react";

import { reading } from "../ipc/answers";
import type { Problem } from "../ipc/ask";
import type { InboxPage, InboxRowView } from "../ipc/types.gen";
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
  return useQueries({
    queries: pages.map((page) => reading("inbox", { queue, offset: page * PAGE, limit: PAGE })),
    combine: useCallback((answers: UseQueryResult<InboxPage, Problem>[]) => arrange(answers, gone), [gone]),
  });
}

/** What the pages hold together. */
function arrange(answers: UseQueryResult<InboxPage, Problem>[], gone: ReadonlySet<number>): QueueRows {
  const rows = new Map<number, InboxRowView>();
  const places = new Map<number, number>();
  let total: number | null = null;
  let read_at = -Infinity;
  for (const answer of answers) {
    if (!answer.data) continue;
    if (answer.dataUpdatedAt > read_at) {
      read_at = answer.dataUpdatedAt;
      total = answer.data.total;
    }
    for (const [place, row] of answer.data.rows.entries()) {
      rows.set(answer.data.offset + place, row);
      places.set(row.id, answer.data.offset + place);
    }
  }
  const left = [...gone].flatMap((item) => places.get(item) ?? []).sort((one, other) => one - other);
  return {
    total: total === null ? null : Math.max(0, total - left.length),
    at: (place) => rows.get(rowAt(place, left)),
    find: (item) => {
      const row = places.get(item);
      return row === undefined || gone.has(item) ? null : placeOf(row, left);
    },
    problem: answers.find(({ error }) => error !== null)?.error?.message ?? null,
    readAgain: () => {
      for (const answer of answers) void answer.refetch();
    },
  };
}

function numbersFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
