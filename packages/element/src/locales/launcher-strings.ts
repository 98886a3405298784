/** The few words the launcher needs before anything else is loaded. */
export interface LauncherStrings {
  readonly call: string;
  readonly videoCall: string;
  readonly loadFailed: string;
}
