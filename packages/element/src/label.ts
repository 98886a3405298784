/** What an element may hold without anything to be seen. */
const UNSEEN: ReadonlySet<string> = new Set(['link', 'meta', 'noscript', 'script', 'style', 'template']);

/** Whether an element has content for its default slot that can be seen: white space and comments are none. */
export function hasContent(element: Element): boolean {
  return labelNodes(element).length > 0;
}

/** Whether this content can be spoken. What an element with a shadow root says is its own affair. */
export function hasName(element: Element): boolean {
  return labelNodes(element).some(
    (node) =>
      node.textContent?.trim() !== '' ||
      (isElement(node) &&
        [node, ...node.querySelectorAll('*')].some(
          (part) =>
            part.shadowRoot !== null ||
            ['alt', 'aria-label', 'aria-labelledby', 'title'].some((name) => part.getAttribute(name)),
        )),
  );
}

function labelNodes(element: Element): readonly ChildNode[] {
  return [...element.childNodes].filter((node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent?.trim() !== '';
    if (!isElement(node)) return false;
    const { localName, slot } = node;
    return slot === '' && !UNSEEN.has(localName);
  });
}

function isElement(node: Node): node is Element & ChildNode {
  return node.nodeType === Node.ELEMENT_NODE;
}
