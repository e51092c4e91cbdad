// The delivery log, read on as it is scrolled.
//
// Each page lies between two deliveries that stay where they are, so that one page is read again without the others.
// After a change only those in view are; the rest is read again when it comes into view.

import { queryOptions, useQueries, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";

import { ask, type Problem } from "../ipc/ask";
import type { DeliveryRowView, FirstInLog, Which } from "../ipc/types.gen";

/** So many rows are read on at once. */
export const PAGE = 200;
/** A page into which more came than this falls into two. The desk gives no more at once. */
export const MOST = 500;

export interface Log {
  rows: readonly DeliveryRowView[];
  isRead: boolean;
  problem: string | null;
  readAgain: () => void;
  /** There is more below the rows. */
  hasMore: boolean;
  readOn: () => void;
}

type Starts = readonly (string | null)[];

const ONE_PAGE: Starts = [null];

/** The log's rows; those from `view.first` to `view.last` are kept fresh. */
export function useLog(which: Which, first: FirstInLog, view: { first: number; last: number }): Log {
  const cache = useQueryClient();
  const name = JSON.stringify([which, first]);
  // Of each list that was looked at, the deliveries after which its pages begin.
  const [all, setAll] = useState<ReadonlyMap<string, Starts>>(new Map());
  const starts = all.get(name) ?? ONE_PAGE;
  const begin = (to: Starts) => setAll((before) => new Map(before).set(name, to));

  const keyOf = (past: string | null) => ["deliveries", which, first, past];
  const answers = useQueries({
    queries: starts.map((past, nth) =>
      queryOptions<DeliveryRowView[], Problem>({
        queryKey: keyOf(past),
        queryFn: () => {
          const up_to = starts[nth + 1] ?? null;
          return ask("deliveries", { which, first, past, up_to, limit: up_to === null ? PAGE : MOST });
        },
        enabled: isInView(starts.slice(0, nth + 1).map((start) => cache.getQueryData<DeliveryRowView[]>(keyOf(start))?.length), view),
      }),
    ),
    combine: arrange,
  });

  const { pages } = answers;
  const full = pages.findIndex((page, nth) => nth + 1 < starts.length && page !== undefined && page.length >= MOST && page.at(-1)?.id !== starts[nth + 1]);
  const end = pages[full]?.at(-1);
  if (end) begin([...starts.slice(0, full + 1), end.id, ...starts.slice(full + 1)]);

  const last = pages.at(-1);
  const hasMore = pages.length === starts.length && last !== undefined && last.length >= PAGE;
  return {
    rows: answers.rows,
    isRead: pages[0] !== undefined,
    problem: answers.problem,
    readAgain: answers.readAgain,
    hasMore,
    readOn: () => {
      const bottom = last?.at(-1);
      if (hasMore && bottom) begin([...starts, bottom.id]);
    },
  };
}

/** Whether the last of these pages, whose lengths are known or not, is looked at. */
function isInView(lengths: readonly (number | undefined)[], view: { first: number; last: number }): boolean {
  const length = lengths.at(-1);
  if (length === undefined) return true;
  const from = lengths.slice(0, -1).reduce<number>((sum, before) => sum + (before ?? 0), 0);
  return from <= view.last && from + length >= view.first;
}

function arrange(answers: UseQueryResult<DeliveryRowView[], Problem>[]) {
  return {
    pages: answers.map(({ data }) => data),
    rows: answers.flatMap(({ data }) => data ?? []),
    problem: answers.find(({ error }) => error !== null)?.error?.message ?? null,
    readAgain: () => {
      for (const answer of answers) void answer.refetch();
    },
  };
}
