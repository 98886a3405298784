/** What the console was told already. */
const told = new Set<string>();

/** Tells the owner of the page, once, what is wrong with what the page asks for. */
export function warnOnce(message: string): void {
  if (told.has(message)) return;
  told.add(message);
  console.warn(`<xmpp-call> ${message}`);
}
