import { html } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { addressOf, isolated, shortened } from '../address.js';
import { textButton } from '../views/parts.js';
import type { FeatureContext, Pane } from './feature.js';
import { refuseTransfer, takeTransfer } from './passing-on.js';
import { transferStyles } from './transfer.styles.js';

export const styles: readonly CSSResult[] = [transferStyles];

/** Asks whether to call whom the other side names. The address is shown whole: it can be anybody's. */
class TransferRequestPane implements Pane {
  constructor(private readonly context: () => FeatureContext) {}

  render(): TemplateResult {
    const { strings, model, root, close } = this.context();
    const { session } = model;
    const words = strings.transfer;
    const to = shortened(addressOf(session.transferRequest?.to ?? ''));
    return html`<div class="transfer">
      <p part="transfer-text">${words.asks(isolated(model.name))}</p>
      <p part="transfer-address" class="transfer-address"><bdi dir="ltr">${to}</bdi></p>
      ${textButton({
        part: 'take-transfer',
        label: words.take,
        onClick: () => {
          close();
          if (root) takeTransfer(session, root.host);
        },
      })}
      ${textButton({
        part: 'refuse-transfer',
        label: words.stay,
        tone: 'secondary',
        onClick: () => {
          close();
          refuseTransfer(session);
        },
      })}
    </div>`;
  }
}

export function createPane(context: () => FeatureContext): Pane {
  return new TransferRequestPane(context);
}
