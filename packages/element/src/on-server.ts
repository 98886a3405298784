/** There is no document: the page is being rendered by a server. */
export const onServer = typeof window === 'undefined';
