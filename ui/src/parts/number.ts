const format = new Intl.NumberFormat("en");

/** A count with its thousands apart. */
export function count(number: number): string {
  return format.format(number);
}
