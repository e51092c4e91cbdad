// A JSON value as a person reads it: indented, its keys and texts told apart, nothing folded away.

import { memo } from "react";

import { LongText } from "./LongText";

/** Shows a value as indented JSON. */
export const Json = memo(function Json({ value }: { value: unknown }) {
  return <LongText className="json" text={written(value)} />;
});

/** A value as indented JSON; `null` for what JSON does not have. */
export function written(value: unknown): string {
  return JSON.stringify(value ?? null, null, 2);
}

/** Whether the value holds a whole number that the window cannot tell from its neighbours. */
export function isRounded(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value === "object" && value !== null) return Object.values(value).some(isRounded);
  return false;
}
