/** What the desk tells of a protocol, with an address in the place of `BASE`, wherever that stands. */
export function withBase(told: unknown, base: string): unknown {
  if (typeof told === "string") return told.replaceAll("BASE", () => base);
  if (Array.isArray(told)) return told.map((part) => withBase(part, base));
  if (typeof told === "object" && told !== null) return Object.fromEntries(Object.entries(told).map(([name, part]) => [name, withBase(part, base)]));
  return told;
}
