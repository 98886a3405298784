/** Both worklets in one file: bundlers inline a file as small as the capture worklet into the script as a `data:` URL. */
import './capture.worklet.js';
import './playout.worklet.js';
