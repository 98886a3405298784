import type { ChosenDevices } from '@xmpp-call/client';

const KEY = 'xmpp-call-devices';
const KINDS = ['microphone', 'camera', 'speaker'] as const;

/** The devices that were chosen in this browser; none where nothing is stored, or the page may not read it. */
export function rememberedDevices(): ChosenDevices {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const entries = Object.entries(stored).filter(
      ([kind, id]) => KINDS.some((one) => one === kind) && typeof id === 'string' && id !== '' && id.length <= 256,
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

export function rememberDevices(devices: ChosenDevices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(devices));
  } catch {
    // Storage is full or forbidden: the choice holds for this page.
  }
}
