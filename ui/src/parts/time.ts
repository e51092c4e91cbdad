// Times as a person reads them at a glance.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in its largest whole unit: `now`, `4 m`, `13 h`, `2 d`. */
export function span(ms: number): string {
  if (ms < MINUTE_MS) return "now";
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} m`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** How long ago, as `13 h`. */
export function age(moment: string, now: number): string {
  return span(now - Date.parse(moment));
}

/** How long until, as `in 13 h`, or that it is over. */
export function until(moment: string, now: number): string {
  const left = Date.parse(moment) - now;
  if (left <= 0) return "overdue";
  return left < MINUTE_MS ? `in ${Math.ceil(left / 1000)} s` : `in ${span(left)}`;
}

/** How long something took: `40 ms`, `2.4 s`. */
export function took(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The time of day, with its date if that is not today's. */
export function moment(text: string, now: number): string {
  const date = new Date(text);
  const today = new Date(now).toDateString() === date.toDateString();
  return today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`;
}
