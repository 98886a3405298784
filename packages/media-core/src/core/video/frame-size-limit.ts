/** Maximum frame size between two peers with the core [pixels]: 1920x1080 in whole macroblocks of 16x16. */
export const MAX_PIXELS = 1920 * 1088;
/** Maximum frame size from a plain peer, whose video only the browser decodes [pixels]. */
export const MAX_PLAIN_PIXELS = 4096 * 2304;

/** Returns the scale, at most 1, that reduces a frame to 1920x1080 pixels in area. */
export function scaleToLimit(width: number, height: number): number {
  return Math.min(1, Math.sqrt((1920 * 1080) / Math.max(width * height, 1)));
}
