import type { SafetyCode } from '@xmpp-call/client';

const EMOJI: readonly (readonly [emoji: string, en: string, de: string])[] = [
  ['🐶', 'Dog', 'Hund'],
  ['🌵', 'Cactus', 'Kaktus'],
  ['🚀', 'Rocket', 'Rakete'],
  ['🍎', 'Apple', 'Apfel'],
  ['⏰', 'Clock', 'Uhr'],
  ['🎸', 'Guitar', 'Gitarre'],
  ['🐘', 'Elephant', 'Elefant'],
];

export const SAFETY_CODE: SafetyCode = {
  words: ['cobra', 'polar', 'poem', 'bucket'],
  emoji: EMOJI.map(([emoji, en, de]) => ({ emoji, names: { en, de } })),
};
