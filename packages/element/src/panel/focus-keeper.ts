import type { PanelHost } from './panel-host.js';
import type { View } from './view-model.js';
import { ANSWER_ID } from './views/parts.js';

export const PANEL = '.panel';

/** Moves the keyboard focus within an element: to a call that comes in, and out of what goes away. */
export class FocusKeeper {
  #wasInside = false;
  #part: string | null | undefined;
  /** Where the focus was when a call came in: a selector, an element of the page, or undefined for nowhere. */
  #cameFrom: string | Element | undefined = PANEL;

  constructor(private readonly host: PanelHost) {}

  get isInside(): boolean {
    return Boolean(this.host.shadowRoot?.activeElement);
  }

  /** Whether the focus is in the element or on nothing: whoever types elsewhere goes on typing. */
  mayTake(): boolean {
    const { ownerDocument: page } = this.host;
    const active = page.activeElement;
    const root = this.host.getRootNode() as Document | ShadowRoot;
    return (
      active === null || active === page.body || active === page.documentElement || root.activeElement === this.host
    );
  }

  /** Moves the focus once all is rendered. */
  async move(selector: string): Promise<void> {
    await this.host.updateComplete;
    this.#element(selector)?.focus();
  }

  beforeUpdate(): void {
    this.#wasInside = this.isInside;
    this.#part = this.host.shadowRoot?.activeElement?.getAttribute('part');
  }

  /** @param changed whether another view than before is shown */
  afterUpdate(view: View, changed: boolean): void {
    if (changed && view === 'incoming') {
      if (!this.mayTake()) {
        this.#cameFrom = deepFocus(this.host.ownerDocument);
        return;
      }
      this.#cameFrom = this.#part ? `[part="${this.#part}"]` : this.#wasInside ? PANEL : undefined;
      this.#element(`#${ANSWER_ID}`)?.focus();
    } else if (this.#wasInside && !this.isInside) {
      if (view !== 'ready') this.#element(view === 'closed' ? '.launcher' : PANEL)?.focus();
      // What was nowhere is there again with the end of the button that had it.
      else this.#return();
    }
    if (changed && view === 'ready') this.#cameFrom = PANEL;
  }

  #return(): void {
    const from = this.#cameFrom;
    if (from === undefined) return;
    const target = typeof from === 'string' ? this.#element(from) : from.isConnected ? from : undefined;
    ((target as HTMLElement | null | undefined) ?? this.#element(PANEL))?.focus();
  }

  #element(selector: string): HTMLElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLElement>(selector);
  }
}

/** The element that has the focus, also within shadow roots. */
function deepFocus(root: Document | ShadowRoot): Element | undefined {
  const active = root.activeElement ?? undefined;
  return active?.shadowRoot ? (deepFocus(active.shadowRoot) ?? active) : active;
}
