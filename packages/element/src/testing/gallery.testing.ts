import { scenes } from './scenes.testing.js';

declare global {
  interface Window {
    /** Shows scenes side by side, each in a box of `width` px, and resolves when all are set up. */
    showGallery: (names: readonly string[], width: number, lang: string) => Promise<void>;
    readonly sceneNames: readonly string[];
  }
}

/** A page full of scenes, for pictures of them. */
async function showGallery(names: readonly string[], width: number, lang: string): Promise<void> {
  const main = document.createElement('main');
  document.body.replaceChildren(main);
  for (const name of names) {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = name;
    const box = document.createElement('div');
    box.style.inlineSize = `${width}px`;
    figure.append(caption, box);
    main.append(figure);
    await scenes[name]?.(box, lang);
  }
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

Object.assign(window, { showGallery, sceneNames: Object.keys(scenes) });
