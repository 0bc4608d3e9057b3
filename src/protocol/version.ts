/** The wire's version: raised when an older reader would misunderstand. Recorded in docs/protocol.md. */
export const protocolVersion = 1;

/** Both sides speak exactly the versions they list; today that is one. */
export function isCompatible(theirs: number): boolean {
  return theirs === protocolVersion;
}
