// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an ambient module has nothing to import
/// <reference path="./ltx.d.ts" />
import parse from 'ltx/lib/parse.js';
import type { Result } from './result.js';
import type { Element } from './xml.js';

/** One element from text; blanks between lines of a template do not count. */
export function xml(text: string): Element {
  return parse(text.trim().replace(/>\s+</g, '><'));
}

/** As it would arrive at the peer. */
export function transmitted(element: Element): Element {
  return parse(element.toString());
}

/** The value of a result that is expected to have one. */
export function valueOf<T>(result: Result<T> | undefined): T {
  if (!result) throw new Error('no result');
  if (!result.ok) throw new Error(`${result.error.condition}: ${result.error.text}`);
  return result.value;
}
