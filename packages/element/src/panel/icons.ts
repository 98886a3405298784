import { HANDSET, icon } from '../icon.js';

const MICROPHONE = 'M9 6a3 3 0 0 1 6 0v5a3 3 0 0 1-6 0ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3';
const CAMERA =
  'M5.6 6.5h7.3a2.6 2.6 0 0 1 2.6 2.6v5.8a2.6 2.6 0 0 1-2.6 2.6H5.6A2.6 2.6 0 0 1 3 14.9V9.1a2.6 2.6 0 0 1 2.6-2.6ZM15.5 10.9l5.5-3v8.2l-5.5-3';
const SLASHED = { over: 'm4 4 16 16' };

export const icons = {
  call: icon(HANDSET),
  hangUp: icon(HANDSET, { name: 'laid-down' }),
  microphone: icon(MICROPHONE),
  microphoneOff: icon(MICROPHONE, SLASHED),
  camera: icon(CAMERA),
  cameraOff: icon(CAMERA, SLASHED),
  minimize: icon('m6 9.5 6 6 6-6'),
  more: icon('M5.5 12h.1m6.4 0h.1m6.4 0h.1', { name: 'dots' }),
  back: icon('m14.5 6-6 6 6 6'),
  close: icon('m6.5 6.5 11 11m0-11-11 11'),
  done: icon('m5 12.8 4.6 4.7L19.2 7'),
  alert: icon('M12 3.3a8.7 8.7 0 0 0 0 17.4 8.7 8.7 0 0 0 0-17.4ZM12 7.5v5.4m0 3.3v.1'),
  speaker: icon('M4 9.7h3.2l4.6-4v12.6l-4.6-4H4Zm11.4-.9a4.6 4.6 0 0 1 0 6.4m2.6-9a8.2 8.2 0 0 1 0 11.6'),
  bellOff: icon(
    'M12 3.6a5.4 5.4 0 0 0-5.4 5.4v3.6L5 16.6h14l-1.6-4V9A5.4 5.4 0 0 0 12 3.6ZM10 19.6a2.2 2.2 0 0 0 4 0',
    SLASHED,
  ),
} as const;
