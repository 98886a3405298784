import type { FaceHost } from './face-host.js';
import type { View } from './view-model.js';
import { ANSWER_ID } from './views/incoming-view.js';

export const PANEL = '.panel';

/** Moves the keyboard focus within an element: to a call that comes in, and out of what goes away. */
export class FocusKeeper {
  #wasInside = false;
  #part: string | null | undefined;
  /** Where the focus was before an incoming call took it: a selector, or undefined for nowhere. */
  #cameFrom: string | undefined = PANEL;

  constructor(private readonly host: FaceHost) {}

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
      if (!this.mayTake()) return;
      this.#cameFrom = this.#part ? `[part="${this.#part}"]` : this.#wasInside ? PANEL : undefined;
      this.#element(`#${ANSWER_ID}`)?.focus();
    } else if (this.#wasInside && !this.isInside) {
      if (view !== 'ready') this.#element(view === 'closed' ? '.launcher' : PANEL)?.focus();
      // What was nowhere is there again with the end of the button that had it.
      else if (this.#cameFrom) (this.#element(this.#cameFrom) ?? this.#element(PANEL))?.focus();
      if (view === 'ready') this.#cameFrom = PANEL;
    }
  }

  #element(selector: string): HTMLElement | null | undefined {
    return this.host.shadowRoot?.querySelector<HTMLElement>(selector);
  }
}
