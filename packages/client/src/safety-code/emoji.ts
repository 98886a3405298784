export interface SafetyEmoji {
  readonly emoji: string;
  readonly names: { readonly en: string; readonly de: string };
}

/** 64 emoji of Unicode 9 or before, no two alike in shape and colour, for the 6 bits that are their place. */
const TABLE = `
🐵 monkey Affe|🐶 dog Hund|🐱 cat Katze|🦁 lion Löwe|🐴 horse Pferd|🦄 unicorn Einhorn|🐮 cow Kuh|🐷 pig Schwein
🐘 elephant Elefant|🐰 rabbit Hase|🐻 bear Bär|🐔 hen Huhn|🐧 penguin Pinguin|🦅 eagle Adler|🐸 frog Frosch|🐢 turtle Schildkröte
🐍 snake Schlange|🐳 whale Wal|🐙 octopus Krake|🐌 snail Schnecke|🦋 butterfly Schmetterling|🐝 bee Biene|🦀 crab Krebs|🌹 rose Rose
🌻 sunflower Sonnenblume|🌵 cactus Kaktus|🌲 fir Tanne|🍀 clover Klee|🍄 mushroom Pilz|🍇 grapes Trauben|🍌 banana Banane|🍍 pineapple Ananas
🍎 apple Apfel|🍓 strawberry Erdbeere|🌽 corn Mais|🥕 carrot Karotte|🍞 bread Brot|🧀 cheese Käse|🍕 pizza Pizza|🎂 cake Torte
🌍 globe Erde|🌙 moon Mond|⭐ star Stern|🔥 fire Feuer|🌈 rainbow Regenbogen|☂️ umbrella Schirm|⛄ snowman Schneemann|⚡ lightning Blitz
🚲 bicycle Fahrrad|🚂 train Zug|🚀 rocket Rakete|⛵ boat Boot|⚓ anchor Anker|🏠 house Haus|🔑 key Schlüssel|🔔 bell Glocke
🎸 guitar Gitarre|🎺 trumpet Trompete|🎈 balloon Ballon|🎁 gift Geschenk|✂️ scissors Schere|☎️ telephone Telefon|👑 crown Krone|💎 diamond Diamant
`;

export const EMOJI: readonly SafetyEmoji[] = TABLE.trim()
  .split(/[\n|]/)
  .map((row) => {
    const [emoji = '', en = '', de = ''] = row.split(' ');
    return { emoji, names: { en, de } };
  });
