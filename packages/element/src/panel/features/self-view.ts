import { icon } from '../../icon.js';
import type { CallFeature, FeatureContext } from './feature.js';

const HIDE_ICON = icon('M3 12s3.3-6 9-6 9 6 9 6-3.3 6-9 6-9-6-9-6Zm9 2.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2Z', {
  over: 'm4 4 16 16',
});
const MIRROR_ICON = icon('M12 4v16M9 8l-5 8h5Zm6 0 5 8h-5Z');

/** Hides one's own picture; the camera stays on. */
export const hideSelfView = pictureSwitch('hide-self-view', HIDE_ICON, 'is-put-away', ({ hideSelfView: text }) => text);

/** Shows one's own picture as the other side sees it, in place of a mirror image. */
export const unmirrorSelfView = pictureSwitch(
  'unmirror-self-view',
  MIRROR_ICON,
  'is-unmirrored',
  ({ unmirrorSelfView: text }) => text,
);

function pictureSwitch(
  id: string,
  image: CallFeature['icon'],
  className: string,
  text: (strings: FeatureContext['strings']) => string,
): CallFeature {
  return {
    id,
    icon: image,
    label: ({ strings }) => text(strings),
    isOffered: ({ model }) => model.selfView,
    isOn: (context) => pictureOf(context)?.classList.contains(className) ?? false,
    run: (context) => {
      pictureOf(context)?.classList.toggle(className);
      context.requestUpdate();
    },
  };
}

function pictureOf({ root }: FeatureContext): HTMLElement | null | undefined {
  return root?.querySelector<HTMLElement>('.self-view');
}
