/** Where an element is, in CSS pixels of the viewport, or why it cannot be used. */
export type Spot = { readonly x: number; readonly y: number } | { readonly problem: string };

/** The first element that matches, looking into open shadow roots depth first. */
export function find(selector: string, root: Document | ShadowRoot | Element = document): Element | undefined {
  return findAll(selector, root)[0];
}

/** All elements that match, looking into open shadow roots. */
export function findAll(selector: string, root: Document | ShadowRoot | Element = document): Element[] {
  return [...root.querySelectorAll('*')].flatMap((element) => [
    ...(element.matches(selector) ? [element] : []),
    ...(element.shadowRoot ? findAll(selector, element.shadowRoot) : []),
  ]);
}

/** The middle of the first visible match, after scrolling it into view; not while something covers or disables it. */
export function spotOf(selector: string): Spot {
  const matches = findAll(selector);
  const element = matches.find((match) => match.checkVisibility({ visibilityProperty: true })) ?? matches[0];
  if (!element) return { problem: 'no such element' };
  if (!element.checkVisibility({ visibilityProperty: true })) return { problem: 'not visible' };
  if (element.matches(':disabled')) return { problem: 'disabled' };
  element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const box = element.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const hit = deepElementFromPoint(x, y);
  return hit && isInside(hit, element) ? { x, y } : { problem: `covered by ${hit?.localName ?? 'nothing'}` };
}

function deepElementFromPoint(x: number, y: number): Element | undefined {
  let element = document.elementFromPoint(x, y) ?? undefined;
  while (element?.shadowRoot) {
    const inner: Element | null = element.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === element) break;
    element = inner;
  }
  return element;
}

/** In the flat tree: slotted and shadow content counts as inside its host. */
function isInside(node: Node, ancestor: Element): boolean {
  for (let at: Node | null = node; at; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function parentOf(node: Node): Node | null {
  if (node instanceof ShadowRoot) return node.host;
  return (node instanceof Element ? node.assignedSlot : null) ?? node.parentNode;
}
