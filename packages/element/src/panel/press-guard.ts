import type { Clock } from './clock.js';

/** ms for which a button that has just appeared does nothing. */
const SETTLE_MS = 600;
/** Keys by which a button is pressed. */
const PRESSING: ReadonlySet<string> = new Set(['Enter', ' ']);

/**
 * Keeps buttons that have just appeared from presses that were meant for what was there before: the second half of a double
 * click, and what somebody types while the focus moves. Presses by scripts of the page pass.
 */
export class PressGuard {
  #settledAt = -Infinity;
  #settling = false;
  #cancel: (() => void) | undefined;
  /** Keys that went down in vain and have to come up so. */
  readonly #down = new Set<string>();

  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** Whether presses are held off now. */
  get settling(): boolean {
    return this.#settling;
  }

  /** Other buttons are shown than before. */
  appeared(): void {
    this.#settleFrom(this.clock.now());
  }

  /** Guards every button in a shadow root. */
  watch(root: ShadowRoot | HTMLElement): void {
    for (const type of ['keydown', 'keyup', 'click']) root.addEventListener(type, this, { capture: true });
  }

  handleEvent(event: Event): void {
    if (!event.isTrusted || !isAtButton(event)) return;
    if (event instanceof KeyboardEvent) this.#key(event);
    else if (this.#isEarly(event)) stop(event);
  }

  #key(event: KeyboardEvent): void {
    const { key, type } = event;
    const presses = PRESSING.has(key);
    if (type === 'keyup') {
      // Firefox presses on the way up, whatever became of the way down.
      if (this.#down.delete(key)) stop(event);
      return;
    }
    const early = this.#isEarly(event);
    if (early && (presses || key.length === 1 || key === 'Backspace')) this.#settleFrom(this.clock.timeOf(event));
    // A key that is held down would press again and again, and sooner or later a settled button.
    if (presses && (early || event.repeat || this.#down.has(key))) {
      this.#down.add(key);
      stop(event);
    }
  }

  #isEarly(event: Event): boolean {
    return this.clock.timeOf(event) < this.#settledAt;
  }

  #settleFrom(at: number): void {
    this.#settledAt = at + SETTLE_MS;
    this.#cancel?.();
    const known = this.#settling;
    this.#settling = true;
    // What points at a button is told at once that it takes no press yet.
    if (!known) this.changed();
    this.#cancel = this.clock.after(Math.max(0, this.#settledAt - this.clock.now()), () => {
      this.#settling = false;
      this.changed();
    });
  }
}

/** The label of the button may be the page's: its elements are in no button but by the slot. */
function isAtButton(event: Event): boolean {
  return event.composedPath().some((target) => (target as Partial<Element>).localName === 'button');
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}
