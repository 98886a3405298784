/** 256 short English words that are hard to take for each other, for the byte that is their place. */
export const WORDS: readonly string[] = (
  'acid acorn actor album alley amber angel ankle apple apron arena arrow atlas attic axis bacon ' +
  'baker bagel bamboo banjo barrel basil beach bicycle beetle berry bishop blanket blossom boat bonus bottle ' +
  'brick buffalo broom bubble bucket butter cabin cactus camel candle cave chalk cargo coyote castle cedar ' +
  'cello cheese chorus cube chimney cinema circus clay cliff cyclone clover cobra coffee comet copper coral ' +
  'cotton cousin cradle crystal cuckoo cushion curtain dagger daisy dancer delta denim desert diamond dinner doctor ' +
  'dolphin donkey dragon drum dwarf eagle earth echo eclipse elbow element engine envoy escape fabric falcon ' +
  'farmer feather fender fiddle firefly flame flute forest fossil foam fox freckle galaxy garlic geyser giant ' +
  'ginger giraffe glacier glove goblet gorilla grape guitar hammer harbor hazel hedge helmet hermit honey horizon ' +
  'hotel husky icicle igloo indigo insect iron island ivory jacket jaguar jasmine jelly jewel jigsaw joker ' +
  'judge juice jungle kayak kettle kitchen kiwi knight koala ladder lagoon lantern lasso lemon leopard library ' +
  'lilac lizard lobster lotus lunch magnet mango maple marble meadow metal mirror mole mitten moose mosaic ' +
  'muffin museum napkin nectar neon nephew nickel nomad noodle nugget nutmeg oasis ocean octopus olive onion ' +
  'opera orchid otter oyster paper palace panther parrot peanut pebble pepper piano pigeon pilot planet poem ' +
  'pony polar prism puzzle pyramid quartz queen quill rabbit radish raven ribbon river robot rocket ruby ' +
  'saddle safari salmon scarf shadow silver sketch sugar summit table temple tiger tomato tractor tulip turtle ' +
  'umpire uncle vacuum vase vampire velvet violin volcano walnut whale window wisdom wolf yogurt zebra zipper'
).split(' ');
