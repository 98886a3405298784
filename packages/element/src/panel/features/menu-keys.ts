/** Steps through a menu by the keys of the ARIA pattern: arrows with wrap-around, Home, End, first letters. */
export function moveInMenu(event: KeyboardEvent): void {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const current = items.indexOf(event.target as HTMLElement);
  const target = targetOf(event.key, items, current);
  if (target === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  target.focus();
}

function targetOf(key: string, items: readonly HTMLElement[], current: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[(current + 1) % items.length];
    case 'ArrowUp':
      return items.at(current <= 0 ? -1 : current - 1);
    case 'Home':
      return items[0];
    case 'End':
      return items.at(-1);
    default:
      return key.length === 1 && key !== ' ' ? nextByLetter(key, items, current) : undefined;
  }
}

function nextByLetter(letter: string, items: readonly HTMLElement[], current: number): HTMLElement | undefined {
  const fold = letter.toLocaleLowerCase();
  const inOrder = [...items.slice(current + 1), ...items.slice(0, current + 1)];
  return inOrder.find(({ textContent }) => textContent.trim().toLocaleLowerCase().startsWith(fold));
}
