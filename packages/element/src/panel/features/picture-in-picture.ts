import { icon } from '../../icon.js';
import type { CallFeature, FeatureContext } from './feature.js';

const ICON = icon(
  'M5.5 5h13A1.5 1.5 0 0 1 20 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5v-11A1.5 1.5 0 0 1 5.5 5ZM12 12h5v4h-5Z',
);
/** px; the panel's own measures at its default font size. */
const SIZE = { width: 352, height: 480 };

/** Document Picture-in-Picture, which Chromium has; not in the DOM types yet. */
interface DocumentPictureInPicture {
  readonly window: Window | null;
  requestWindow(size: { readonly width: number; readonly height: number }): Promise<Window>;
}

/** A window of its own above all others: the whole panel where the browser can, else the picture of the other side. */
export const pictureInPicture: CallFeature = {
  id: 'picture-in-picture',
  icon: ICON,
  label: ({ strings }) => strings.pictureInPicture,
  isOffered: (context) => isInOwnWindow(context) || canOpenWindow(context) || videoFor(context) !== undefined,
  isOn: (context) => isInOwnWindow(context) || isVideoOut(context),
  run: (context) => {
    context.close();
    change(context).catch((error: unknown) => {
      // The browser asks for a gesture, or the page forbids it: all stays where it is.
      console.warn('<xmpp-call> picture-in-picture was refused', error);
    });
  },
};

async function change(context: FeatureContext): Promise<void> {
  const page = context.root?.ownerDocument;
  if (page === undefined) return;
  if (isInOwnWindow(context)) page.defaultView?.close();
  else if (isVideoOut(context)) await page.exitPictureInPicture();
  else if (canOpenWindow(context)) await openWindow(context);
  else await videoFor(context)?.requestPictureInPicture();
  context.requestUpdate();
}

/** Moves the element into a window of its own, and back to its place when that is closed. */
async function openWindow({ root, requestUpdate }: FeatureContext): Promise<void> {
  const element = root?.host;
  const own = await apiOf(element?.ownerDocument)?.requestWindow(SIZE);
  if (own === undefined || !(element instanceof HTMLElement)) return;
  const place = element.ownerDocument.createComment('xmpp-call');
  const page = own.document;
  page.documentElement.lang = element.closest('[lang]')?.getAttribute('lang') ?? '';
  page.documentElement.dir = getComputedStyle(element).direction;
  page.body.style.margin = '0';
  copyTheme(element, page.body);
  element.before(place);
  own.addEventListener(
    'pagehide',
    () => {
      if (place.isConnected) place.replaceWith(element);
      // The page has taken the place away meanwhile, and the call with it.
      else element.remove();
      requestUpdate();
    },
    { once: true },
  );
  page.body.append(element);
}

/** What the page's style sheets say of the panel; they do not reach into the window. */
function copyTheme(from: HTMLElement, to: HTMLElement): void {
  const computed = getComputedStyle(from);
  for (const name of ['font-family', 'color-scheme', 'background-color']) {
    to.style.setProperty(name, computed.getPropertyValue(name));
  }
  for (const sheetName of themeNames(from.ownerDocument)) {
    const value = computed.getPropertyValue(sheetName);
    if (value !== '') to.style.setProperty(sheetName, value);
  }
}

const KNOWN_THEME = ['accent', 'accent-text', 'background', 'text', 'radius', 'font', 'font-size'];

function themeNames(page: Document): readonly string[] {
  const inline = [...page.documentElement.style].filter((name) => name.startsWith('--xmpp-call-'));
  return [...new Set([...KNOWN_THEME.map((name) => `--xmpp-call-${name}`), ...inline])];
}

function apiOf(page: Document | undefined): DocumentPictureInPicture | undefined {
  const view: (Window & { documentPictureInPicture?: DocumentPictureInPicture }) | null | undefined = page?.defaultView;
  return view?.documentPictureInPicture;
}

/** Only the top-level window may open one. */
function canOpenWindow({ root }: FeatureContext): boolean {
  const page = root?.ownerDocument;
  const view = page?.defaultView;
  return apiOf(page) !== undefined && view === view?.top;
}

function isInOwnWindow({ root }: FeatureContext): boolean {
  return root !== null && root.ownerDocument !== document;
}

function isVideoOut({ root }: FeatureContext): boolean {
  return Boolean(root?.pictureInPictureElement);
}

function videoFor({ root, model }: FeatureContext): HTMLVideoElement | undefined {
  if (!model.remoteVideo || root?.ownerDocument.pictureInPictureEnabled !== true) return undefined;
  return root.querySelector<HTMLVideoElement>('video.remote-video') ?? undefined;
}
