/** ms: WebKit reads the Blob only after the press. */
const REVOKE_MS = 10_000;

/** Lets the browser save a text as a file. The link is in no document: a router of the page does not see the press. */
export function saveFile(page: Document, name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = page.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_MS);
}
