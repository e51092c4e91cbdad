// The delivery log, newest first, read on as it is scrolled.

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { ask, type Problem } from "../ipc/ask";
import type { DeliveryRowView, DeliveryState } from "../ipc/types.gen";

const PAGE = 200;

export interface Log {
  rows: readonly DeliveryRowView[];
  isRead: boolean;
  problem: string | null;
  readAgain: () => void;
  /** There is more below the rows. */
  hasMore: boolean;
  readOn: () => void;
}

export function useLog(states: readonly DeliveryState[]): Log {
  const log = useInfiniteQuery<DeliveryRowView[], Problem, { pages: DeliveryRowView[][] }, unknown[], string | null>({
    queryKey: ["deliveries", states],
    queryFn: ({ pageParam }) => ask("deliveries", { states: [...states], engine: null, before: pageParam, limit: PAGE }),
    initialPageParam: null,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
  });
  const rows = useMemo(() => log.data?.pages.flat() ?? [], [log.data]);
  return {
    rows,
    isRead: log.data !== undefined,
    problem: log.error?.message ?? null,
    readAgain: () => void log.refetch(),
    hasMore: log.hasNextPage,
    readOn: () => {
      if (!log.isFetching) void log.fetchNextPage();
    },
  };
}
