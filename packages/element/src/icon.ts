import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** A telephone receiver, lying as it is taken up. */
export const HANDSET =
  'M6.3 3.7h2.2l1.8 4.2-1.9 1.6a12.6 12.6 0 0 0 6.1 6.1l1.6-1.9 4.2 1.8v2.2a2.6 2.6 0 0 1-2.8 2.6A15.4 15.4 0 0 1 3.7 6.5a2.6 2.6 0 0 1 2.6-2.8Z';

/**
 * An icon of path data on 24 x 24, stroked in the text's colour.
 * @param over drawn over it with a gap around
 */
export function icon(shape: string, { over = '', name = '' } = {}): TemplateResult {
  return html`<svg class="icon ${name}" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${shape} />
    <path class="halo" d=${over} />
    <path d=${over} />
  </svg>`;
}
