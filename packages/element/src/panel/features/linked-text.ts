import { html } from 'lit';
import type { TemplateResult } from 'lit';

const LINK = /https?:\/\/[^\s<>"]+/gi;
/** What stands after an address rather than in it. */
const TRAILING = /[.,;:!?'’”)\]]+$/;

/** A text of the peer with its web addresses as links. All else stays text; nothing of it is ever markup. */
export function linkedText(text: string): readonly (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TRAILING, '');
    if (!isAddress(address)) continue;
    parts.push(text.slice(done, match.index), link(address));
    done = match.index + address.length;
  }
  return [...parts, text.slice(done)];
}

/** One with a user name seems to lead to another host than it does: `https://bank.example@evil.example`. */
function isAddress(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    return /^https?:$/.test(protocol) && username === '' && password === '';
  } catch {
    return false;
  }
}

function link(address: string): TemplateResult {
  return html`<a href=${address} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">${address}</a>`;
}
