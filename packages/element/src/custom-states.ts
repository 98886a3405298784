/** The custom states of an element, for `:state()`. */
export class CustomStates {
  readonly #states: CustomStateSet | undefined;

  constructor(internals: ElementInternals) {
    // Browsers before 2024 have no `:state()`, or accept names of another form only; they lack nothing but styling by state.
    if (CSS.supports('selector(:state(open))')) this.#states = internals.states;
  }

  set(state: string, isOn: boolean): void {
    if (isOn) this.#states?.add(state);
    else this.#states?.delete(state);
  }
}
