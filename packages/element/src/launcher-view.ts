import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { HANDSET, icon } from './icon.js';
import { hasContent, hasName } from './label.js';
import { onServer } from './on-server.js';

const callIcon = icon(HANDSET);

export interface LauncherState {
  /** Text of the button where the element has no content. */
  readonly label: string;
  readonly isLoading: boolean;
  readonly isHidden: boolean;
  /** A press that was meant for the panel would hit the button. */
  readonly isSettling: boolean;
  readonly onClick: () => void;
  /** The pointer or the focus is on it: a click may follow. */
  readonly onApproach: () => void;
}

/** The button of a visitor. */
export function launcherView(element: HTMLElement, state: LauncherState): TemplateResult {
  const { label, isLoading } = state;
  // White space and comments fill a slot as text does, and would leave the button without a word.
  const isBlank = !onServer && !hasContent(element);
  const isNameless = !onServer && !isBlank && !hasName(element);
  return html`<button
    type="button"
    part="launcher"
    class="launcher ${state.isSettling ? 'settling' : ''}"
    aria-label=${isNameless ? label : nothing}
    aria-expanded="false"
    aria-busy=${isLoading ? 'true' : 'false'}
    ?hidden=${state.isHidden}
    @click=${state.onClick}
    @pointerenter=${state.onApproach}
    @focus=${state.onApproach}
  >
    <slot name="icon">${isLoading ? html`<span class="spinner"></span>` : callIcon}</slot>
    <slot ?hidden=${isBlank}>${isBlank ? nothing : label}</slot>${isBlank ? html`<span>${label}</span>` : nothing}
  </button>`;
}
