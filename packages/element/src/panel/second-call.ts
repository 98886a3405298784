import type { Call } from '@xmpp-call/client';

/** What a second call needs of the one that is shown. */
export interface SecondCallOwner {
  readonly call: Call | undefined;
  readonly live: boolean;
  /** Shows a call in place of what is shown. */
  adopt(call: Call): void;
  /** Answers the call that is shown. */
  answer(video: boolean): Promise<void>;
  changed(): void;
}

/**
 * A call beside the one that is shown: it rings there, or is on hold. When the shown one ends the other takes its place, and stays on hold
 * until the user resumes it.
 */
export class SecondCall {
  readonly #owner: SecondCallOwner;
  #other: Call | undefined;
  #listeners = new AbortController();

  constructor(owner: SecondCallOwner) {
    this.#owner = owner;
  }

  /** The call that is not shown. */
  get other(): Call | undefined {
    return this.#other;
  }

  get isWaiting(): boolean {
    return this.#other?.state === 'incoming';
  }

  /** A call that came in beside the shown one. */
  take(call: Call): void {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    this.#other = call;
    const { signal } = this.#listeners;
    call.addEventListener(
      'state-change',
      () => {
        if (call.state === 'ended') this.#forget();
        this.#owner.changed();
      },
      { signal },
    );
    call.addEventListener('remote-change', () => this.#owner.changed(), { signal });
    this.#owner.changed();
  }

  /** Answers the call that waits; the shown one goes on hold. */
  async answer(): Promise<void> {
    if (!this.isWaiting) return;
    this.swap();
    await this.#owner.answer(false);
  }

  decline(): void {
    if (this.isWaiting) this.#other?.reject();
  }

  /** Shows the other call; the one of before goes on hold where it was answered. */
  swap(): void {
    const { call: shown, live } = this.#owner;
    const next = this.#other;
    if (!next) return;
    this.#forget();
    if (shown && live && shown.activeSince !== undefined) shown.hold();
    if (next.onHold) next.resume();
    this.#owner.adopt(next);
    if (shown && live) this.take(shown);
  }

  /** The shown call has ended. @returns the call that takes its place */
  successor(): Call | undefined {
    const next = this.#other;
    this.#forget();
    return next;
  }

  #forget(): void {
    this.#listeners.abort();
    this.#other = undefined;
  }
}
