import type { ClipSettings } from '../page/clip.js';

/** 4 s of a talking head, played forwards and backwards. */
export const HEAD_360P: ClipSettings = { width: 640, height: 360, pictures: 120, seed: 3 };
export const HEAD_720P: ClipSettings = { width: 1280, height: 720, pictures: 60, seed: 3 };
