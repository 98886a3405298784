/** Version of this package; a second, different copy on the same page names both in its warning. */
export const VERSION = '0.1.0';
