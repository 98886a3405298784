import { recipe as opus } from '../opus/recipe.mjs';
import { recipe as vp8 } from '../vp8/recipe.mjs';

/** Every codec, in the order of building. @type {readonly import('./recipe.mjs').Recipe[]} */
export const RECIPES = [vp8, opus];
