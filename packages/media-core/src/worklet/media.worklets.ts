/** Both ends of sound in one file: bundlers put a file as small as that of capturing into the script, as `data:`. */
import './capture.worklet.js';
import './playout.worklet.js';
