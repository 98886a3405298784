import type { CSSResult } from 'lit';

/** Style sheets belong to the document that they were made in; these were made for others than the first one. */
const copies = new WeakMap<Document, Map<CSSResult, CSSStyleSheet>>();

/** Gives a shadow root its style sheets, in whichever document it is now. Cheap where it has them. */
export function adoptStyles(root: ShadowRoot, styles: readonly CSSResult[]): void {
  const sheets = styles.flatMap((style) => sheetFor(root.ownerDocument, style) ?? []);
  const { adoptedStyleSheets: adopted } = root;
  if (sheets.every((sheet) => adopted.includes(sheet))) return;
  root.adoptedStyleSheets = [...sheets, ...adopted.filter((sheet) => !sheets.includes(sheet))];
}

function sheetFor(page: Document, style: CSSResult): CSSStyleSheet | undefined {
  if (page === document) return style.styleSheet;
  const view = page.defaultView;
  // A document without a window, such as one that was only parsed, shows nothing.
  if (view === null) return undefined;
  const made = copies.get(page) ?? new Map<CSSResult, CSSStyleSheet>();
  copies.set(page, made);
  let sheet = made.get(style);
  if (sheet === undefined) {
    sheet = new view.CSSStyleSheet();
    sheet.replaceSync(style.cssText);
    made.set(style, sheet);
  }
  return sheet;
}
