import type { ChosenDevices } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { CSSResult, TemplateResult } from 'lit';
import type { DeviceStrings } from '../../locales/features/feature-strings.js';
import { rememberDevices } from '../remembered-devices.js';
import { devicesStyles } from './devices.styles.js';
import type { FeatureContext, Pane } from './feature.js';
import { LevelMeter } from './level-meter.js';

export const styles: readonly CSSResult[] = [devicesStyles];

type Kind = keyof ChosenDevices;
const KINDS: Readonly<Record<Kind, MediaDeviceKind>> = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
};
/** ms between two looks at the level of the microphone. */
const LEVEL_MS = 100;

/** Lets devices be chosen, as they come and go. */
class DevicesPane implements Pane {
  readonly #closing = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;
  #meter: LevelMeter | undefined;
  #devices: readonly MediaDeviceInfo[] = [];
  /** Of a device that could not be had. */
  #failed: Kind | undefined;
  #changing = false;

  constructor(private readonly context: () => FeatureContext) {
    const { signal } = this.#closing;
    const list = () => void this.#list();
    mediaDevices()?.addEventListener('devicechange', list, { signal });
    // Names are known once a device was allowed, which may happen while this is open.
    this.context().call.addEventListener('streams-change', list, { signal });
    list();
    this.#timer = setInterval(() => {
      this.#showLevel();
    }, LEVEL_MS);
  }

  render(): TemplateResult {
    const words = this.context().strings.devices;
    return html`<div class="devices">
      ${this.#choice('microphone', words)}
      <div part="level" class="level" aria-hidden="true"><span class="level-bar"></span></div>
      ${this.#choice('camera', words)} ${canChooseSpeaker() ? this.#choice('speaker', words) : nothing}
      <p class="devices-note" role="status">${this.#failed ? words.failed(words.kinds[this.#failed]) : nothing}</p>
    </div>`;
  }

  dispose(): void {
    this.#closing.abort();
    clearInterval(this.#timer);
    this.#meter?.close();
  }

  #choice(kind: Kind, words: DeviceStrings): TemplateResult {
    const chosen = this.context().model.session.client?.devices[kind] ?? '';
    const known = this.#devices.filter((device) => device.kind === KINDS[kind] && isNamed(device));
    // Browsers name the default as a device too.
    const choices = known.filter(({ deviceId }) => deviceId !== 'default' && deviceId !== 'communications');
    return html`<label class="device">
      <span>${words.kinds[kind]}</span>
      <select
        part="input device"
        class="device-select"
        ?disabled=${this.#changing}
        @change=${(event: Event) => void this.#choose(kind, (event.currentTarget as HTMLSelectElement).value)}
      >
        <option value="" .selected=${live(chosen === '')}>${words.automatic}</option>
        ${choices.map(
          ({ deviceId, label }) =>
            html`<option value=${deviceId} .selected=${live(deviceId === chosen)}>${label || words.nameless}</option>`,
        )}
      </select>
    </label>`;
  }

  async #choose(kind: Kind, id: string): Promise<void> {
    const { model, requestUpdate } = this.context();
    this.#changing = true;
    this.#failed = undefined;
    requestUpdate();
    try {
      const { client } = model.session;
      await client?.chooseDevices({ [kind]: id === '' ? undefined : id });
      if (client && model.remembersDevices) rememberDevices(client.devices);
      if (client) model.session.devices = client.devices;
    } catch {
      this.#failed = kind;
    }
    this.#changing = false;
    requestUpdate();
  }

  async #list(): Promise<void> {
    this.#devices =
      (await mediaDevices()
        ?.enumerateDevices()
        .catch(() => [])) ?? [];
    if (!this.#closing.signal.aborted) this.context().requestUpdate();
  }

  #showLevel(): void {
    const { call, root } = this.context();
    const bar = root?.querySelector<HTMLElement>('.level-bar');
    const [track] = call.localStream?.getAudioTracks() ?? [];
    if (!bar || !track) return;
    this.#meter ??= new LevelMeter();
    this.#meter.watch(track);
    bar.style.inlineSize = `${String(Math.round(100 * this.#meter.read()))}%`;
  }
}

/** Undefined in a page that is not secure. */
function mediaDevices(): MediaDevices | undefined {
  return (navigator as Partial<Navigator>).mediaDevices;
}

/** Before a permission browsers give one device of a kind, without an id. */
function isNamed({ deviceId }: MediaDeviceInfo): boolean {
  return deviceId !== '';
}

function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

export function createPane(context: () => FeatureContext): Pane {
  return new DevicesPane(context);
}
