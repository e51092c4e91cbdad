// Finds the characters in a text that a person would not see, or that change how the rest is read.

/** A piece of a text: as it is, or one unseen character by its name. */
export type Piece = { text: string } | { unseen: string };

const NAMES: Record<number, string> = {
  0x00: "NUL",
  0x08: "BS",
  0x0d: "CR",
  0x1b: "ESC",
  0x7f: "DEL",
  0xad: "SHY",
  0x61c: "ALM",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

// Controls but for tab and newline; format characters (Unicode Cf) and what else has no width of its own:
// fillers, variation selectors, line separators. A carriage return before a newline is part of the newline.
const UNSEEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\r(?!\n)|[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2028\u2029\u3164\uffa0\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;
const EVERY_UNSEEN = new RegExp(UNSEEN, "gu");

/** Splits a text at every unseen character. Joiners and selectors inside an emoji are left in peace. */
export function pieces(text: string): Piece[] {
  if (!UNSEEN.test(text)) return [{ text }];
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(EVERY_UNSEEN)) {
    if (belongsToEmoji(text, match.index, match[0])) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ unseen: nameOf(match[0]) });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** JSON text in which every unseen character is written as its escape, so that it can be seen and edited. */
export function escaped(json: string): string {
  return json.replace(EVERY_UNSEEN, (character, at: number) => {
    if (belongsToEmoji(json, at, character)) return character;
    return Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`).join("");
  });
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

const ENDS_IN_EMOJI = /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?$/u;
const BEGINS_WITH_EMOJI = /^\p{Extended_Pictographic}/u;

function belongsToEmoji(text: string, at: number, character: string): boolean {
  const before = ENDS_IN_EMOJI.test(text.slice(Math.max(0, at - 4), at));
  if (character === "\ufe0f") return before;
  return character === "\u200d" && before && BEGINS_WITH_EMOJI.test(text.slice(at + 1, at + 3));
}
