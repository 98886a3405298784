import { icon } from '../../icon.js';
import type { CallFeature, FeatureContext } from './feature.js';

const ICON = icon(
  'M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9m6 0h3.5A1.5 1.5 0 0 1 20 5.5V9m0 6v3.5a1.5 1.5 0 0 1-1.5 1.5H15m-6 0H5.5A1.5 1.5 0 0 1 4 18.5V15',
);

/** The panel over the whole screen; Safari on phones has it for video elements only and is not offered it. */
export const fullScreen: CallFeature = {
  id: 'full-screen',
  icon: ICON,
  label: ({ strings }) => strings.fullScreen,
  isOffered: ({ root, model }) => root?.ownerDocument.fullscreenEnabled === true && model.remoteVideo,
  isOn: (context) => panelOf(context)?.matches(':fullscreen') ?? false,
  run: (context) => {
    const panel = panelOf(context);
    // A page that forbids it, or a second press while it changes: nothing happens, as with any button for it.
    const change = panel?.matches(':fullscreen') ? panel.ownerDocument.exitFullscreen() : panel?.requestFullscreen();
    change?.then(
      () => {
        context.requestUpdate();
      },
      () => undefined,
    );
    context.close();
  },
};

function panelOf({ root }: FeatureContext): HTMLElement | null | undefined {
  return root?.querySelector<HTMLElement>('.panel');
}
