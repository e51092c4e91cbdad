// What is asked before many deliveries are sent again, or one never again.

import { useQuery } from "@tanstack/react-query";

import { reading } from "../ipc/answers";
import type { DeliveryRowView } from "../ipc/types.gen";
import { count } from "../parts/number";
import { Skeleton } from "../parts/Skeleton";
import { Seen } from "../parts/text/Seen";
import { Ask } from "../parts/Ask";
import { ageInWords, type LogFilter, which } from "./filter";
import { countIn, inWords, RETRIED } from "../words/deliveries";

interface RetryProperties {
  filter: LogFilter;
  onYes: () => void;
  onClose: () => void;
}

/** Says how many it would be, counted at this moment. */
export function RetryAllQuestion({ filter, onYes, onClose }: RetryProperties) {
  const counted = useQuery({ ...reading("count_deliveries", { which: which(filter), at_most: null }), refetchOnMount: "always" });
  const counts = counted.data;
  if (!counts) {
    return (
      <Ask title="Try all again?" yes={null} onClose={onClose}>
        {counted.error ? <p role="alert">{counted.error.message}</p> : <Skeleton lines={[70, 50]} />}
      </Ask>
    );
  }
  const many = countIn(counts, RETRIED);
  const unsure = countIn(counts, ["unconfirmed"]);
  const narrowed = [filter.engine === null ? [] : `of engine ${filter.engine}`, filter.older_s === null && filter.newer_s === null ? [] : `decided ${ageInWords(filter)}`].flat();
  return (
    <Ask
      title={many === 1 ? "Try 1 delivery again?" : `Try ${count(many)} deliveries again?`}
      yes={many === 0 ? null : { label: "Try all again", run: onYes }}
      onClose={onClose}
    >
      <p>
        {many === 0 ? "Nothing that is shown can be tried again any more." : `${inWords(counts, RETRIED)}.`}
        {narrowed.length > 0 && (
          <>
            {" Only those "}
            <Seen text={narrowed.join(", ")} />.
          </>
        )}
      </p>
      {unsure > 0 && <p className="quiet">{unsure === 1 ? "One" : count(unsure)} may have got through already. An engine knows a repeated callback by its id.</p>}
    </Ask>
  );
}

interface ConfirmProperties {
  row: DeliveryRowView;
  onYes: () => void;
  onClose: () => void;
}

export function ConfirmQuestion({ row, onYes, onClose }: ConfirmProperties) {
  return (
    <Ask title="Mark as delivered?" yes={{ label: "Mark delivered", run: onYes }} onClose={onClose}>
      <p>
        You say that the engine{" "}
        <code>
          <Seen text={row.engine} />
        </code>{" "}
        has the answer for{" "}
        <code>
          <Seen text={row.task} />
        </code>
        . It is not sent again, and your name stays in its story.
      </p>
    </Ask>
  );
}
