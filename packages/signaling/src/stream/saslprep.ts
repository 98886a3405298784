/** RFC 3454 C.1.2: spaces that SASLprep maps to U+0020. */
const OTHER_SPACE = /[\p{Zs}\u200B]/gu;
/** RFC 3454 B.1: characters that SASLprep drops. */
const MAPPED_TO_NOTHING = /\u00AD|\u034F|\u1806|[\u180B-\u180D]|[\u200B-\u200D]|\u2060|[\uFE00-\uFE0F]|\uFEFF/gu;
/** RFC 3454 C.2.1, C.2.2, C.3 to C.9: control, private use, non-character, surrogate, tagging and display characters. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u0340\u0341\u06DD\u070F\u180E\u200E\u200F\u2028-\u202E\u2061-\u2063\u206A-\u206F\u2FF0-\u2FFB\uFFF9-\uFFFD\u{1D173}-\u{1D17A}\u{E0001}\u{E0020}-\u{E007F}]/u;
const RIGHT_TO_LEFT = /[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}]/u;
const LEFT_TO_RIGHT = /[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

/**
 * SASLprep (RFC 4013) for stored strings, without the table of unassigned code points: map, normalise (NFKC), refuse.
 * @returns undefined when the string holds a prohibited character or mixes writing directions (RFC 3454 §6)
 */
export function saslprep(text: string): string | undefined {
  const mapped = text.replace(OTHER_SPACE, ' ').replace(MAPPED_TO_NOTHING, '').normalize('NFKC');
  if (PROHIBITED.test(mapped)) return undefined;
  if (RIGHT_TO_LEFT.test(mapped)) {
    const characters = Array.from(mapped);
    const ends = [characters.at(0), characters.at(-1)];
    if (LEFT_TO_RIGHT.test(mapped) || ends.some((end) => end === undefined || !RIGHT_TO_LEFT.test(end)))
      return undefined;
  }
  return mapped;
}
