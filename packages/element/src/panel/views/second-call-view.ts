import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { addressOf, isolated, shortened } from '../address.js';
import type { SecondCall } from '../second-call.js';
import { nameOf } from '../view-model.js';
import type { ViewModel } from '../view-model.js';
import { textButton } from './parts.js';

/** The banner about the call that is not shown. */
export function secondCallView(model: ViewModel, second: SecondCall): TemplateResult | typeof nothing {
  const { other, isWaiting } = second;
  if (!other) return nothing;
  const { strings } = model;
  const name = isolated(nameOf(other.peer, strings));
  return html`<div part="second-call" class="second-call" role="group" aria-label=${name}>
    <p part="note" class="note">
      <span>${isWaiting ? strings.incomingFrom(name) : strings.heldCall(name)}</span>
      <span class="second-address">${shortened(addressOf(other.peer))}</span>
    </p>
    ${
      isWaiting
        ? html`${textButton({ part: 'answer-second', label: strings.answerSecond, onClick: () => void second.answer() })}
          ${textButton({ part: 'decline-second', label: strings.decline, tone: 'secondary', onClick: () => second.decline() })}`
        : textButton({ part: 'swap', label: strings.swap, tone: 'secondary', onClick: () => second.swap() })
    }
  </div>`;
}
