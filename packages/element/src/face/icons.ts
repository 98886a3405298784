import { html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';

/** All icons are drawn on 24 x 24 with strokes of the text's colour. */
function icon(shape: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;
}

const handset = svg`<path d="M6.3 3.7h2.2l1.8 4.2-1.9 1.6a12.6 12.6 0 0 0 6.1 6.1l1.6-1.9 4.2 1.8v2.2a2.6 2.6 0 0 1-2.8 2.6A15.4 15.4 0 0 1 3.7 6.5a2.6 2.6 0 0 1 2.6-2.8Z" />`;
const microphone = svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />`;
const cameraBody = svg`<rect x="3" y="6.5" width="12.5" height="11" rx="2.6" /><path d="m15.5 10.9 5.5-3v8.2l-5.5-3" />`;
const slash = svg`<path class="halo" d="m4 4 16 16" /><path d="m4 4 16 16" />`;

export const icons = {
  call: icon(handset),
  hangUp: icon(svg`<g transform="rotate(135 12 12)">${handset}</g>`),
  microphone: icon(microphone),
  microphoneOff: icon(svg`${microphone}${slash}`),
  camera: icon(cameraBody),
  cameraOff: icon(svg`${cameraBody}${slash}`),
  minimize: icon(svg`<path d="m6 9.5 6 6 6-6" />`),
  close: icon(svg`<path d="m6.5 6.5 11 11m0-11-11 11" />`),
  done: icon(svg`<path d="m5 12.8 4.6 4.7L19.2 7" />`),
  alert: icon(svg`<circle cx="12" cy="12" r="8.7" /><path d="M12 7.5v5.4m0 3.3v.1" />`),
  speaker: icon(
    svg`<path d="M4 9.7h3.2l4.6-4v12.6l-4.6-4H4Zm11.4-.9a4.6 4.6 0 0 1 0 6.4m2.6-9a8.2 8.2 0 0 1 0 11.6" />`,
  ),
  bellOff: icon(
    svg`<path d="M12 3.6a5.4 5.4 0 0 0-5.4 5.4v3.6L5 16.6h14l-1.6-4V9A5.4 5.4 0 0 0 12 3.6ZM10 19.6a2.2 2.2 0 0 0 4 0" />${slash}`,
  ),
} as const;
