import { describe, expect, it } from "vitest";

import { escaped, pieces } from "./unseen";

function shown(text: string): string {
  return pieces(text)
    .map((piece) => ("text" in piece ? piece.text : `[${piece.unseen}]`))
    .join("");
}

describe("unseen characters", () => {
  it.each([
    ["pay\u202e100", "pay[RLO]100"],
    ["a\u200bb\u2060c", "a[ZWSP]b[WJ]c"],
    ["\u2066x\u2069", "[LRI]x[PDI]"],
    ["\ufeffstart", "[BOM]start"],
    ["bell\u0007", "bell[U+0007]"],
    ["lone\rreturn", "lone[CR]return"],
    ["tag\u{e0041}", "tag[U+E0041]"],
    ["filler\u3164", "filler[U+3164]"],
  ])("are shown by name: %j", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each(["plain text", "two\nlines\tand a tab", "windows\r\nlines", "naïve Ωμέγα שלום 漢字", "👩‍💻 ❤️ 👍🏽"])("are not seen where there are none: %j", (text) => {
    expect(pieces(text)).toEqual([{ text }]);
  });

  it("are shown where they only pretend to belong to an emoji", () => {
    expect(shown("a\u200db")).toBe("a[ZWJ]b");
    expect(shown("a\ufe0f")).toBe("a[U+FE0F]");
  });

  it("are escapes in JSON that is edited, and come back the same", () => {
    const value = { to: "a\u202eb\u{e0041}", with: "👩‍💻" };
    const json = escaped(JSON.stringify(value));
    expect(json).toContain("\\u202e");
    expect(json).toContain("👩‍💻");
    expect(JSON.parse(json)).toEqual(value);
  });
});
