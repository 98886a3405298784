/** What the build found; a build that says nothing has the codecs. */
declare const XMPP_CALL_CODECS: boolean;

/** False in scripts that were built where the WebAssembly codecs could not be: calls use the browser's own. */
export const codecsBuilt: boolean = typeof XMPP_CALL_CODECS === 'undefined' || XMPP_CALL_CODECS;
